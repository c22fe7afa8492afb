package glance.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SubstitutionTest {
    private static final Option<String> A = Option.text("a");

    private static String read(String text) {
        return Configuration.ofText(text).section("s").get(A);
    }

    @Test
    void namesStandForOptionsOfTheSameSectionElseOfDefault() {
        assertThat(read("[s]\na = $b/${b}x\nb = 1\n[DEFAULT]\nb = 2")).isEqualTo("1/1x");
        assertThat(read("[s]\na = $b\n[DEFAULT]\nb = 2")).isEqualTo("2");
    }

    @Test
    void namesWithGroupStandForOptionsOfThatGroup() {
        assertThat(read("[s]\na = $t.b-${t.b}\n[t]\nb = 3")).isEqualTo("3-3");
    }

    @Test
    void textsThatStandForNamesAreSubstitutedInTheirOwnSection() {
        assertThat(read("[s]\na = $t.b\nc = wrong\n[t]\nb = $c\nc = right")).isEqualTo("right");
    }

    @Test
    void doubledAndEscapedDollarSignsAreDollarSigns() {
        assertThat(read("[s]\na = p$$word \\$x $ $1 100$")).isEqualTo("p$word $x $ $1 100$");
    }

    @Test
    void bracesWithoutANameInThemStayAsTheyAre() {
        assertThat(read("[s]\na = ${} ${b c}")).isEqualTo("${} ${b c}");
    }

    @Test
    void anUnknownNameIsAnErrorNamingFileLineAndOption() {
        assertThatThrownBy(() -> read("[s]\na = x$nobody"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("configuration text:2: option a in [s]: '$nobody' names no option")
                .hasMessageContaining("$$");
    }

    @Test
    void anUnknownNameInASecretIsNotQuoted() {
        Section section = Configuration.ofText("[s]\na = pa$word").section("s");
        assertThatThrownBy(() -> section.get(A.secret()))
                .hasMessageContaining("option a in [s]")
                .hasMessageNotContaining("word");
    }

    @Test
    void optionsThatStandForEachOtherAreAnErrorNotALoop() {
        assertThatThrownBy(() -> read("[s]\na = $b\nb = $a")).hasMessageContaining("for itself");
        String bomb = "[s]\na = $b$b$b$b$b$b$b$b\nb = $c$c$c$c$c$c$c$c\nc = $d$d$d$d$d$d$d$d\nd = $e$e$e$e$e$e$e$e\n"
                + "e = $f$f$f$f$f$f$f$f\nf = " + "x".repeat(1000);
        assertThatThrownBy(() -> read(bomb)).hasMessageContaining("longer than");
    }

    @Test
    void namesStandForDefaultsOfDeclaredOptionsToo() {
        OptionGroup group = new OptionGroup(
                "DEFAULT",
                "",
                List.of(
                        Option.port("bind_port").orElse(9292),
                        Option.text("unset"),
                        Option.text("url").orElse("$bind_port!")));
        Configuration configuration = new MergedConfiguration(
                new Layers(List.of(IniFile.parse("f", "[s]\na = <$url$unset>")), List.of(), Map.of()),
                new Catalogue(List.of(group)),
                List.of(),
                List.of());
        assertThat(configuration.section("s").get(A)).isEqualTo("<9292!>");
        assertThat(configuration.section("DEFAULT").get(Option.text("url").orElse("at $bind_port")))
                .isEqualTo("at 9292");
    }
}
