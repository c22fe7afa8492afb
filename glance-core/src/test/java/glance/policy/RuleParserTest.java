package glance.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.auth.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The language, checked by what rules answer for every combination of roles a, b, c and d. */
class RuleParserTest {
    private static final RuleParser PARSER = new RuleParser(name -> Check.DENY, RemoteCheck.NONE);
    private static final List<String> ROLES = List.of("a", "b", "c", "d");

    @FunctionalInterface
    private interface Formula {
        boolean of(boolean a, boolean b, boolean c, boolean d);
    }

    private static void assertMeans(String rule, Formula formula) throws RuleParser.Unreadable {
        Check check = PARSER.parse(rule);
        for (int bits = 0; bits < 16; bits++) {
            var held = new java.util.HashSet<String>();
            for (int i = 0; i < 4; i++) {
                if ((bits >> i & 1) == 1) {
                    held.add(ROLES.get(i));
                }
            }
            boolean expected =
                    formula.of(held.contains("a"), held.contains("b"), held.contains("c"), held.contains("d"));
            assertThat(check.allows(asked(held, Map.of())))
                    .as("%s for %s", rule, held)
                    .isEqualTo(expected);
        }
    }

    private static Question asked(Set<String> roles, Map<String, @Nullable Object> target) {
        return new Question("test", Caller.of("user", "project", roles, false), Target.of(target));
    }

    private static boolean answer(String rule, Set<String> roles, Map<String, @Nullable Object> target)
            throws RuleParser.Unreadable {
        return PARSER.parse(rule).allows(asked(roles, target));
    }

    @Test
    void andBindsBeforeOrAndNotBeforeBoth() throws RuleParser.Unreadable {
        assertMeans("role:a or role:b and role:c", (a, b, c, _) -> a || (b && c));
        assertMeans("role:a and role:b or role:c", (a, b, c, _) -> (a && b) || c);
        assertMeans("not role:a or role:b", (a, b, _, _) -> !a || b);
        assertMeans("role:a or not role:b and role:c", (a, b, c, _) -> a || (!b && c));
        assertMeans("not (role:a) and role:b", (a, b, _, _) -> !a && b);
        assertMeans("not not role:a", (a, _, _, _) -> a);
    }

    @Test
    void parenthesesOverride() throws RuleParser.Unreadable {
        assertMeans("role:a and (role:b or role:c) and not role:d", (a, b, c, d) -> a && (b || c) && !d);
        assertMeans("((role:a or role:b)) and role:c", (a, b, c, _) -> (a || b) && c);
    }

    @Test
    void keywordsMayHaveAnyCaseAndBlanksAnyForm() throws RuleParser.Unreadable {
        assertMeans("NOT role:a Or @", (_, _, _, _) -> true);
        assertMeans("role:a\tor\nrole:b", (a, b, _, _) -> a || b);
    }

    @Test
    void nothingAllows() throws RuleParser.Unreadable {
        assertThat(PARSER.parse("")).isEqualTo(Check.ALLOW);
        assertThat(PARSER.parse(List.of())).isEqualTo(Check.ALLOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "   ",
                "project_id:%(project_id)s)",
                "(role:x",
                "role:a role:b",
                "role:a and",
                "or role:a",
                "foo",
                "role: admin",
                "'x' and role:a",
                "'x:y'",
                "not",
                "()"
            })
    void malformedTextIsUnreadable(String rule) {
        assertThatThrownBy(() -> PARSER.parse(rule)).isInstanceOf(RuleParser.Unreadable.class);
    }

    @Test
    void endlessNestingIsUnreadableInsteadOfExhaustingTheStack() {
        String deep = "(".repeat(100_000) + "@" + ")".repeat(100_000);
        assertThatThrownBy(() -> PARSER.parse(deep))
                .isInstanceOf(RuleParser.Unreadable.class)
                .hasMessageContaining("200");
    }

    @Test
    void listsAreAlternativesOfConjunctions() throws RuleParser.Unreadable {
        Check check = PARSER.parse(List.of(List.of("role:x", "role:y"), List.of("role:z")));
        assertThat(check.allows(asked(Set.of("x"), Map.of()))).isFalse();
        assertThat(check.allows(asked(Set.of("x", "y"), Map.of()))).isTrue();
        assertThat(check.allows(asked(Set.of("z"), Map.of()))).isTrue();
        assertThat(PARSER.parse(List.of("role:q", List.of())).allows(asked(Set.of("q"), Map.of())))
                .isTrue();
        assertThat(PARSER.parse(List.of(List.of()))).isEqualTo(Check.DENY);
    }

    @Test
    void rolesCompareWithoutCase() throws RuleParser.Unreadable {
        assertThat(answer("role:ADM", Set.of("adm"), Map.of())).isTrue();
        assertThat(answer("role:%(want)s", Set.of("adm"), Map.of("want", "Adm")))
                .isTrue();
        assertThat(answer("role:%(want)s", Set.of("adm"), Map.of())).isFalse();
        assertThat(answer("ROLE:adm", Set.of("adm"), Map.of())).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "'5':%(n)s, true",
                "5:%(n)s, true",
                "5.0:%(n)s, false",
                "True:%(flag)s, true",
                "False:%(flag)s, false",
                "None:%(nn)s, true",
                "'public':%(visibility)s, true",
                "\"public\":%(visibility)s, true",
                "public:%(visibility)s, false",
                "'public':%(absent)s, false",
                "'v-public-5':v-%(visibility)s-%(n)s, true",
                "roles:r1, true",
                "roles:r3, false",
                "user_id:user, true",
                "project_id:%(owner)s, true",
                "project_id:%(nn)s, false",
                "domain_id:%(nn)s, false",
                "domain_id:None, true",
                "is_admin_project:True, true",
                "tenant:%(owner)s, false",
                "user_id.name:user, false"
            })
    void comparisons(String rule, boolean expected) throws RuleParser.Unreadable {
        Map<String, @Nullable Object> target = new LinkedHashMap<>();
        target.put("n", 5);
        target.put("flag", true);
        target.put("nn", null);
        target.put("visibility", "public");
        target.put("owner", "project");
        assertThat(answer(rule, Set.of("r1", "r2"), target)).isEqualTo(expected);
    }

    @Test
    void remoteChecksSeeTheSubstitutedAddressTheRuleAndBothSides() throws RuleParser.Unreadable {
        RemoteCheck remote = (url, rule, target, credentials) -> url.equals("https://decide.test/project?x=1")
                && rule.equals("test")
                && target.containsKey("owner")
                && "user".equals(credentials.get("user_id"));
        Check check = new RuleParser(_ -> Check.DENY, remote).parse("https://decide.test/%(owner)s?x=1");
        assertThat(check.allows(asked(Set.of(), Map.of("owner", "project")))).isTrue();
        assertThat(check.allows(asked(Set.of(), Map.of("owner", "other")))).isFalse();
        assertThat(check.allows(asked(Set.of(), Map.of()))).isFalse();
    }
}
