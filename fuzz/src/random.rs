//! Numbers that follow from a seed, so that a run can be repeated.

/// A xorshift generator.
#[derive(Clone)]
pub struct Random(u64);

impl Random {
    /// The generator of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `bound`; 0 if that is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11;
        match bound {
            0 => 0,
            bound => number as usize % bound,
        }
    }

    /// True once in `times` calls, on average.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of some; late ones are likelier.
    pub fn late<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let length = all.len();
        let back = self.below(length).min(self.below(length));
        all.get(length.checked_sub(back + 1)?)
    }

    /// One of some.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}
