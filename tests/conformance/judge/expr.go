package judge

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/Knetic/govaluate"
	"github.com/expr-lang/expr/parser"
)

// checkExpressions parses every expression of an Argo document. Argo's own
// lint parses none of them.
func checkExpressions(d Document) []Problem {
	if !d.IsArgo() {
		return nil
	}
	var out []Problem
	report := func(path, message string) {
		out = append(out, d.problem("expr", "%s: %s", path, message))
	}
	walk("spec", "", d.Object["spec"], func(path, parent, key, text string) {
		for _, message := range tagErrors(text) {
			report(path, message)
		}
		var err error
		switch {
		case text == "":
		case key == "when" && !strings.Contains(path, "memoize"):
			err = checkWhen(text)
		case key == "depends":
			err = checkDepends(text)
		case key == "expression", key == "fromExpression":
			err = parseExpression(text)
		case key == "event" && parent == "valueFrom":
			err = parseExpression(text)
		}
		if err != nil {
			report(path, err.Error())
		}
	})
	return out
}

// walk visits every string below v, with its path, the key of the object that
// holds it, and its own key.
func walk(path, parent string, v any, visit func(path, parent, key, text string)) {
	walkKey(path, parent, "", v, visit)
}

func walkKey(path, parent, key string, v any, visit func(path, parent, key, text string)) {
	switch v := v.(type) {
	case string:
		visit(path, parent, key, v)
	case []any:
		for i, item := range v {
			walkKey(fmt.Sprintf("%s[%d]", path, i), parent, key, item, visit)
		}
	case map[string]any:
		for _, k := range sortedKeys(v) {
			walkKey(path+"."+k, key, k, v[k], visit)
		}
	}
}

// tagErrors looks for tags that Argo cannot read: an expression that does not
// parse, and a "{{" that is never closed, which would then pair with a "}}" of
// the JSON around it.
func tagErrors(text string) []string {
	var out []string
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "{{")
		if !ok {
			return out
		}
		tag, next, ok := strings.Cut(after, "}}")
		if !ok {
			return append(out, `"{{" is never closed`)
		}
		if expression, ok := strings.CutPrefix(tag, "="); ok {
			if err := parseExpression(expression); err != nil {
				out = append(out, fmt.Sprintf("{{=%s}}: %v", expression, err))
			}
		}
		rest = next
	}
}

var tag = regexp.MustCompile(`\{\{.*?\}\}`)

// parseExpression reads an expr-lang expression. Simple tags in it are
// replaced before Argo evaluates it, so they may stand for anything.
func parseExpression(text string) error {
	_, err := parser.Parse(tag.ReplaceAllString(text, "x"))
	return err
}

// checkWhen reads a condition as the controller does once its tags are
// replaced. What a tag will hold is not known here, so a tag in it stands for
// true, and only a condition that is wholly literal is evaluated.
func checkWhen(text string) error {
	if strings.TrimSpace(tag.ReplaceAllString(text, "")) == "" {
		return nil // one tag: its value is the condition
	}
	_, err := ShouldExecute(tag.ReplaceAllString(text, "true"))
	if tag.MatchString(text) && !errors.Is(err, errSyntax) {
		return nil // only syntax counts where values are unknown
	}
	return err
}

var errSyntax = errors.New("not a condition")

// ShouldExecute evaluates a condition whose tags are all replaced: govaluate,
// in which bare words are strings, and the result must be a boolean.
func ShouldExecute(when string) (bool, error) {
	if when == "" {
		return true, nil
	}
	parsed, err := govaluate.NewEvaluableExpression(when)
	if err != nil {
		return false, fmt.Errorf("%w: %w", errSyntax, err)
	}
	tokens := parsed.Tokens()
	for i := range tokens {
		if tokens[i].Kind == govaluate.VARIABLE {
			tokens[i].Kind = govaluate.STRING
		}
	}
	parsed, err = govaluate.NewEvaluableExpressionFromTokens(tokens)
	if err != nil {
		return false, fmt.Errorf("%w: %w", errSyntax, err)
	}
	value, err := parsed.Evaluate(nil)
	if err != nil {
		return false, fmt.Errorf("when fails: %w", err)
	}
	result, ok := value.(bool)
	if !ok {
		return false, fmt.Errorf("when gives %v, not true or false", value)
	}
	return result, nil
}

var (
	dependsName = regexp.MustCompile(`[a-zA-Z0-9][-a-zA-Z0-9]*(\.[a-zA-Z]+)?`)
	taskResults = []string{"Succeeded", "Failed", "Errored", "Skipped", "Omitted", "Daemoned", "AnySucceeded", "AllFailed"}
	// exprWords cannot be names in expr-lang, though Argo lets a task have them.
	exprWords = []string{"not", "in", "and", "or", "true", "false", "nil", "let", "if", "else", "matches", "contains", "startsWith", "endsWith"}
)

// checkDepends reads the logic as the controller evaluates it: "-" becomes
// "_", and the rest is an expr-lang expression.
func checkDepends(text string) error {
	for _, name := range dependsName.FindAllString(text, -1) {
		task, result, ok := strings.Cut(name, ".")
		if ok && !slices.Contains(taskResults, result) {
			return fmt.Errorf("depends: no task result is called %q", result)
		}
		if slices.Contains(exprWords, task) {
			return fmt.Errorf("depends: a task named %q cannot be used in logic", task)
		}
	}
	return parseExpression(strings.ReplaceAll(text, "-", "_"))
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}

// mustJSON is for values that came from JSON.
func mustJSON(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}
