package glance.policy;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A compiled rule: a tree that answers a question. Rules refer to each other by sharing nodes, so that evaluating one
 * looks nothing up by name. Immutable.
 */
sealed interface Check {
    Check ALLOW = new Constant(true);
    Check DENY = new Constant(false);

    boolean allows(Question question);

    /** {@code @} and {@code !}. */
    record Constant(boolean answer) implements Check {
        @Override
        public boolean allows(Question question) {
            return answer;
        }
    }

    record Not(Check check) implements Check {
        @Override
        public boolean allows(Question question) {
            return !check.allows(question);
        }
    }

    /** {@code and}, left to right until one refuses. */
    record AllOf(List<Check> checks) implements Check {
        public AllOf {
            checks = List.copyOf(checks);
        }

        @Override
        public boolean allows(Question question) {
            for (int i = 0; i < checks.size(); i++) {
                if (!checks.get(i).allows(question)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** {@code or}, left to right until one allows. */
    record AnyOf(List<Check> checks) implements Check {
        public AnyOf {
            checks = List.copyOf(checks);
        }

        @Override
        public boolean allows(Question question) {
            for (int i = 0; i < checks.size(); i++) {
                if (checks.get(i).allows(question)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** {@code role:admin}; a caller's roles are kept in lower case. */
    record HasRole(String lowerCaseName) implements Check {
        @Override
        public boolean allows(Question question) {
            return question.caller().roles().contains(lowerCaseName);
        }
    }

    /** {@code role:%(key)s}. */
    record HasRoleOfTarget(Template name) implements Check {
        @Override
        public boolean allows(Question question) {
            String role = name.render(question.target(), Template.NONE);
            return role != null && question.caller().roles().contains(lowerCase(role));
        }

        private static String lowerCase(String role) {
            return role.toLowerCase(Locale.ROOT);
        }
    }

    /** {@code 'public':%(visibility)s}: a literal on the left. */
    record TargetIs(String literal, Template right) implements Check {
        @Override
        public boolean allows(Question question) {
            return literal.equals(right.render(question.target(), Template.NONE));
        }
    }

    /**
     * {@code project_id:%(owner)s}: something the caller has. Null on one side never equals null on the other, so that a
     * caller without project is not the owner of an image without owner; a written-out {@code None} still finds null.
     */
    record CallerHas(CallerKey key, Template right) implements Check {
        @Override
        public boolean allows(Question question) {
            Object value = key.of(question.caller());
            String wanted = right.render(question.target(), null);
            if (wanted == null) {
                return false;
            }
            return value == null
                    ? right.isConstant() && wanted.equals(Template.NONE)
                    : CallerKey.matches(value, wanted);
        }
    }

    /** {@code http://…}: another service decides. */
    record AskRemote(Template url, RemoteCheck remote) implements Check {
        @Override
        public boolean allows(Question question) {
            @Nullable String address = url.render(question.target(), Template.NONE);
            return address != null
                    && remote.allows(
                            address, question.rule(), question.target().values(), CallerKey.all(question.caller()));
        }
    }
}
