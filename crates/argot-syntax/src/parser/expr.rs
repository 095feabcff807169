//! From pairs to expressions.

use super::build::{Builder, Separator};
use super::grammar::{Children, Pair, Rule};
use crate::ast::{Argument, BinaryOperator, Entry, Expr, ExprKind, Ident, UnaryOperator};
use crate::{Span, messages};

/// A part of an expression, before its operators are grouped.
enum Token {
    Operand(Expr),
    Prefix(UnaryOperator, Span),
    Operator(Infix, Span),
}

/// What stands between two operands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Infix {
    Binary(BinaryOperator),
    Range,
}

/// How tightly an operator binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Coalesce,
    Or,
    And,
    Not,
    Comparison,
    Range,
    Sum,
    Product,
    Negate,
}

impl Level {
    const ALL: [Self; 9] = [
        Self::Coalesce,
        Self::Or,
        Self::And,
        Self::Not,
        Self::Comparison,
        Self::Range,
        Self::Sum,
        Self::Product,
        Self::Negate,
    ];

    /// The level that binds next tighter.
    fn tighter(self) -> Self {
        let all = Self::ALL;
        all.into_iter()
            .find(|level| *level > self)
            .unwrap_or(Self::Negate)
    }

    /// Whether operators of this level group to the left; the others take two operands only.
    fn chains(self) -> bool {
        !matches!(self, Self::Comparison | Self::Range)
    }
}

/// The operators between two operands.
const OPERATORS: [(&str, Infix, Level); 17] = [
    (
        "??",
        Infix::Binary(BinaryOperator::Coalesce),
        Level::Coalesce,
    ),
    ("or", Infix::Binary(BinaryOperator::Or), Level::Or),
    ("and", Infix::Binary(BinaryOperator::And), Level::And),
    (
        "==",
        Infix::Binary(BinaryOperator::Equal),
        Level::Comparison,
    ),
    (
        "!=",
        Infix::Binary(BinaryOperator::NotEqual),
        Level::Comparison,
    ),
    ("<", Infix::Binary(BinaryOperator::Less), Level::Comparison),
    (
        "<=",
        Infix::Binary(BinaryOperator::LessEqual),
        Level::Comparison,
    ),
    (
        ">",
        Infix::Binary(BinaryOperator::Greater),
        Level::Comparison,
    ),
    (
        ">=",
        Infix::Binary(BinaryOperator::GreaterEqual),
        Level::Comparison,
    ),
    ("in", Infix::Binary(BinaryOperator::In), Level::Comparison),
    ("..", Infix::Range, Level::Range),
    ("+", Infix::Binary(BinaryOperator::Add), Level::Sum),
    ("-", Infix::Binary(BinaryOperator::Subtract), Level::Sum),
    ("*", Infix::Binary(BinaryOperator::Multiply), Level::Product),
    ("/", Infix::Binary(BinaryOperator::Divide), Level::Product),
    (
        "//",
        Infix::Binary(BinaryOperator::FloorDivide),
        Level::Product,
    ),
    (
        "%",
        Infix::Binary(BinaryOperator::Remainder),
        Level::Product,
    ),
];

impl Infix {
    fn of(symbol: &str) -> Option<Self> {
        let mut operators = OPERATORS.iter();
        operators
            .find(|(text, ..)| *text == symbol)
            .map(|(_, infix, _)| *infix)
    }

    fn level(self) -> Level {
        let mut operators = OPERATORS.iter();
        let found = operators.find(|(_, infix, _)| *infix == self);
        found.map_or(Level::Negate, |(.., level)| *level)
    }
}

type Tokens = std::iter::Peekable<std::vec::IntoIter<Token>>;

impl Builder<'_> {
    pub(super) fn expr(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        let built = self.operators(pair.clone());
        match built {
            Some(expr) => expr,
            None => Expr {
                kind: self.unread(None, &pair),
                span,
            },
        }
    }

    /// Builds the operands and groups them by their operators.
    fn operators(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let count = |pair: &Pair<'_>| matches!(pair.as_rule(), Rule::operator | Rule::prefix);
        let levels = pair.clone().into_inner().filter(count).count();
        let left = self.levels_left();
        let children = pair.clone();
        let at = |builder: &Self| {
            let deep = pair.clone().into_inner().filter(count).nth(left);
            builder.span(&deep.unwrap_or(pair))
        };
        self.nested(levels, at, |builder| {
            let mut parts = Children::of(children);
            if levels == 0 {
                return builder.operand(&mut parts);
            }
            let mut tokens = Vec::new();
            while let Some(rule) = parts.peek() {
                tokens.push(match rule {
                    Rule::operator => {
                        let pair = parts.next()?;
                        Token::Operator(Infix::of(pair.as_str())?, builder.span(&pair))
                    }
                    Rule::prefix => {
                        let pair = parts.next()?;
                        let operator = match pair.as_str() {
                            "-" => UnaryOperator::Negate,
                            _ => UnaryOperator::Not,
                        };
                        Token::Prefix(operator, builder.span(&pair))
                    }
                    _ => Token::Operand(builder.operand(&mut parts)?),
                });
            }
            builder.group(&mut tokens.into_iter().peekable(), Level::Coalesce)
        })
    }

    /// Groups tokens as far as their operators bind at least as tightly as `least`.
    fn group(&mut self, tokens: &mut Tokens, least: Level) -> Option<Expr> {
        let mut left = match tokens.next()? {
            Token::Operand(expr) => expr,
            Token::Operator(..) => return None,
            Token::Prefix(operator, span) => {
                let level = match operator {
                    UnaryOperator::Negate => Level::Negate,
                    UnaryOperator::Not => Level::Not,
                };
                if level < least {
                    self.report(messages::not_after_operator(span));
                }
                let operand = Box::new(self.group(tokens, level)?);
                Expr {
                    span: span.to(operand.span),
                    kind: ExprKind::Unary { operator, operand },
                }
            }
        };
        let mut before: Option<(Infix, Span)> = None;
        while let Some(Token::Operator(infix, _)) = tokens.peek() {
            let level = infix.level();
            if level < least {
                break;
            }
            let Some(Token::Operator(infix, span)) = tokens.next() else {
                break;
            };
            if let Some((_, first)) = before
                .replace((infix, span))
                .filter(|(before, _)| before.level() == level && !level.chains())
            {
                self.report(messages::chained_operators(
                    first,
                    span,
                    infix == Infix::Range,
                ));
            }
            let right = self.group(tokens, level.tighter())?;
            left = binary(infix, span, left, right);
        }
        Some(left)
    }

    /// An operand with its fields, indices and arguments.
    fn operand(&mut self, parts: &mut Children<'_>) -> Option<Expr> {
        let primary = parts.next()?;
        let mut postfixes = Vec::new();
        while let Some(Rule::field | Rule::index | Rule::arguments) = parts.peek() {
            postfixes.extend(parts.next());
        }
        let left = self.levels_left();
        let deep = postfixes.get(left).map(|pair| self.span(pair));
        let at = |_: &Self| deep.unwrap_or_default();
        // What is deep in the primary is deeper still under its postfixes.
        self.nested(postfixes.len(), at, |builder| {
            let mut base = builder.primary(&primary);
            for pair in postfixes {
                base = builder.postfix(base, pair)?;
            }
            Some(base)
        })
    }

    fn postfix(&mut self, base: Expr, pair: Pair<'_>) -> Option<Expr> {
        let span = base.span.to(self.span(&pair));
        let base = Box::new(base);
        let kind = match pair.as_rule() {
            Rule::field => {
                let name = self.ident(&Children::of(pair).skip_to(Rule::name)?);
                let span = base.span.to(name.span);
                let kind = ExprKind::Field { base, name };
                return Some(Expr { kind, span });
            }
            Rule::index => {
                let index = Box::new(self.expr(Children::of(pair).skip_to(Rule::expr)?));
                ExprKind::Index { base, index }
            }
            _ => ExprKind::Call {
                callee: base,
                arguments: self.arguments(pair)?,
            },
        };
        Some(Expr { kind, span })
    }

    /// The call that a statement is.
    pub(super) fn callee(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        let names = pair
            .clone()
            .into_inner()
            .filter(|pair| pair.as_rule() == Rule::dot)
            .count();
        let built = self.nested(
            names + 1,
            |_| span,
            |builder| {
                let mut parts = Children::of(pair.clone());
                let name = builder.ident(&parts.next_of(Rule::name)?);
                let mut base = Expr {
                    kind: ExprKind::Name(name.name),
                    span: name.span,
                };
                for pair in parts {
                    match pair.as_rule() {
                        Rule::name => {
                            let name = builder.ident(&pair);
                            let span = base.span.to(name.span);
                            let kind = ExprKind::Field {
                                base: Box::new(base),
                                name,
                            };
                            base = Expr { kind, span };
                        }
                        Rule::arguments => base = builder.postfix(base, pair)?,
                        _ => {}
                    }
                }
                Some(base)
            },
        );
        match built {
            Some(expr) => expr,
            None => Expr {
                kind: self.unread(None, &pair),
                span,
            },
        }
    }

    fn arguments(&mut self, pair: Pair<'_>) -> Option<Vec<Argument>> {
        Children::of(pair)
            .filter(|pair| pair.as_rule() == Rule::argument)
            .map(|pair| {
                let mut parts = Children::of(pair);
                let name = parts.next_of(Rule::name).map(|pair| self.ident(&pair));
                let value = self.expr(parts.skip_to(Rule::expr)?);
                Some(Argument { name, value })
            })
            .collect()
    }

    fn primary(&mut self, pair: &Pair<'_>) -> Expr {
        let span = self.span(pair);
        let kind = match pair.as_rule() {
            Rule::group => {
                let inner = self.nested(
                    1,
                    |_| span,
                    |builder| {
                        Children::of(pair.clone())
                            .skip_to(Rule::expr)
                            .map(|pair| builder.expr(pair))
                    },
                );
                inner.map(|expr| expr.kind)
            }
            Rule::list => self.nested(
                1,
                |_| span,
                |builder| {
                    let elements =
                        Children::of(pair.clone()).filter(|pair| pair.as_rule() == Rule::expr);
                    Some(ExprKind::List(
                        elements.map(|pair| builder.expr(pair)).collect(),
                    ))
                },
            ),
            Rule::record => self.nested(
                1,
                |_| span,
                |builder| {
                    builder
                        .record(Children::of(pair.clone()))
                        .map(ExprKind::Record)
                },
            ),
            Rule::literal => Some(match pair.as_str() {
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                _ => ExprKind::Null,
            }),
            Rule::name => Some(self.name(pair.as_str(), span)),
            Rule::unread => Some(ExprKind::Error),
            Rule::quoted | Rule::block | Rule::raw | Rule::raw_block => {
                Some(ExprKind::String(self.string(pair.clone())))
            }
            rule => self.number(rule, pair.as_str(), span),
        };
        Expr {
            kind: self.unread(kind, pair),
            span,
        }
    }

    /// A name, or what another language calls by it.
    fn name(&mut self, name: &str, span: Span) -> ExprKind {
        let (meant, kind) = match name {
            "None" => ("null", ExprKind::Null),
            "True" => ("true", ExprKind::Bool(true)),
            "False" => ("false", ExprKind::Bool(false)),
            _ => return ExprKind::Name(name.to_owned()),
        };
        self.report(messages::foreign_literal(span, name, meant));
        kind
    }

    fn record(&mut self, parts: Children<'_>) -> Option<Vec<Entry>> {
        let mut entries = Vec::new();
        let mut separator = Separator::default();
        for pair in parts {
            match pair.as_rule() {
                Rule::comma => separator.comma(),
                Rule::entry => {
                    let mut parts = Children::of(pair);
                    let key = self.key(parts.next()?);
                    let value = self.expr(parts.skip_to(Rule::expr)?);
                    separator.next(self, key.span.to(value.span));
                    entries.push(Entry { key, value });
                }
                _ => {}
            }
        }
        Some(entries)
    }

    fn key(&mut self, pair: Pair<'_>) -> Ident {
        if pair.as_rule() == Rule::name {
            return self.ident(&pair);
        }
        let text = self.plain_string(pair, "a key");
        Ident {
            name: text.plain().unwrap_or_default().to_owned(),
            span: text.span,
        }
    }
}

/// Two operands with what stands between them.
pub(super) fn binary(infix: Infix, operator_span: Span, left: Expr, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    let (left, right) = (Box::new(left), Box::new(right));
    let kind = match infix {
        Infix::Range => ExprKind::Range {
            low: left,
            high: right,
        },
        Infix::Binary(operator) => ExprKind::Binary {
            operator,
            operator_span,
            left,
            right,
        },
    };
    Expr { kind, span }
}
