package glance.api.v2;

import java.math.BigDecimal;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** JSON values as Python spells them: defaults of properties are texts of that form in every database. */
final class PythonText {
    private PythonText() {}

    /** What {@code str()} gives. */
    static String of(JsonNode value) {
        return value.isString() ? value.stringValue() : spelt(value);
    }

    /** What {@code repr()} gives. */
    private static String spelt(JsonNode value) {
        if (value.isString()) {
            return quoted(value.stringValue());
        }
        if (value.isBoolean()) {
            return value.booleanValue() ? "True" : "False";
        }
        if (value.isNull()) {
            return "None";
        }
        if (value.isArray()) {
            return value.valueStream().map(PythonText::spelt).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value.isObject()) {
            return value.properties().stream()
                    .map(each -> quoted(each.getKey()) + ": " + spelt(each.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return value.isIntegralNumber() ? value.asString() : number(JsonConstraint.size(value));
    }

    private static String quoted(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder quoted = new StringBuilder().append(quote);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c == quote) {
                        quoted.append('\\');
                    }
                    if (!isPrintable(c)) {
                        quoted.append((c < 0x100 ? "\\x%02x" : "\\u%04x").formatted((int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append(quote).toString();
    }

    /** Neither a control, a format nor an unassigned character, nor a blank but the usual one. */
    private static boolean isPrintable(char c) {
        return c == ' '
                || switch (Character.getType(c)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SPACE_SEPARATOR -> false;
                    default -> true;
                };
    }

    private static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-4 || size >= 1e16)) {
            String scientific = Double.toString(value);
            int exponent = scientific.indexOf('E');
            String mantissa = scientific.substring(0, exponent).replaceFirst("\\.0$", "");
            int power = Integer.parseInt(scientific.substring(exponent + 1));
            return mantissa + 'e' + (power < 0 ? '-' : '+') + "%02d".formatted(Math.abs(power));
        }
        if (size == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        String plain =
                new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
        return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
}
