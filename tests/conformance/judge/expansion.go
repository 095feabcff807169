package judge

import "strings"

// Expand does what the kubelet does to command, args and env values: "$$" is
// "$", "$(NAME)" is the variable's value if there is such a variable, and all
// else, an unknown name or an open bracket that is never closed, stays as is.
func Expand(text string, lookup func(name string) (string, bool)) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "$")
		out.WriteString(before)
		switch {
		case !found:
			return out.String()
		case rest == "":
			out.WriteString("$")
			return out.String()
		case rest[0] == '$':
			out.WriteString("$")
			text = rest[1:]
		case rest[0] == '(':
			name, after, closed := strings.Cut(rest[1:], ")")
			if !closed {
				out.WriteString("$(")
				text = rest[1:]
				continue
			}
			if value, ok := lookup(name); ok {
				out.WriteString(value)
			} else {
				out.WriteString("$(" + name + ")")
			}
			text = after
		default:
			out.WriteString("$" + rest[:1])
			text = rest[1:]
		}
	}
}
