package glance.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
    private static final Option<String> NAME = Option.text("name");
    private static final Option<Integer> PORT = Option.port("bind_port").orElse(9292);
    private static final Option<Boolean> DEBUG = Option.flag("debug").orElse(false);

    private static Section defaults(String lines) {
        return Configuration.ofText("[DEFAULT]\n" + lines).section("DEFAULT");
    }

    @Test
    void bothSeparatorsAssignAndTheFirstOneCounts() {
        assertThat(defaults("name = a:b=c").get(NAME)).isEqualTo("a:b=c");
        assertThat(defaults("name: a=b:c").get(NAME)).isEqualTo("a=b:c");
    }

    @Test
    void thereAreNoCommentsBehindAValue() {
        assertThat(defaults("name = b # c").get(NAME)).isEqualTo("b # c");
    }

    @Test
    void commentsBeginWithTheFirstCharacterOfALine() {
        assertThat(defaults("# name = a\n;name = b\n").find(NAME)).isEmpty();
    }

    @Test
    void indentedLinesContinueTheValueUntilABlankLine() {
        assertThat(defaults("name = a\n  b\n\tc\n\nother = d").get(NAME)).isEqualTo("a\nb\nc");
    }

    @Test
    void onePairOfOuterQuotesIsTakenOff() {
        assertThat(defaults("name = ' a '").get(NAME)).isEqualTo(" a ");
        assertThat(defaults("name = \"\"a\"\"").get(NAME)).isEqualTo("\"a\"");
        assertThat(defaults("name = 'a\"").get(NAME)).isEqualTo("'a\"");
        assertThat(defaults("name = \"").get(NAME)).isEqualTo("\"");
    }

    @Test
    void anEmptyValueIsAnEmptyTextAndAnUnsetNumber() {
        assertThat(defaults("name =").get(NAME)).isEmpty();
        assertThat(defaults("bind_port =").get(PORT)).isEqualTo(9292);
        assertThat(defaults("l =").get(Option.list("l").orElse(List.of("x")))).isEmpty();
        assertThat(defaults("p =").get(Option.pairs("p"))).isEmpty();
        assertThatThrownBy(() -> defaults("debug =").get(DEBUG)).isInstanceOf(ConfigException.class);
    }

    @Test
    void theLastOfARepeatedOptionWins() {
        assertThat(defaults("name = a\nname = b").get(NAME)).isEqualTo("b");
    }

    @Test
    void repeatableOptionsCollectAllInOrder() {
        assertThat(defaults("dir = b,c\ndir = a").get(Option.repeated("dir"))).containsExactly("b,c", "a");
    }

    @Test
    void sectionsAreMatchedExactlyElseWithoutCase() {
        Configuration configuration = Configuration.ofText("[DATABASE]\nname=upper\n[other]\nname=o\n[OTHER]\nname=O");
        assertThat(configuration.section("database").get(NAME)).isEqualTo("upper");
        assertThat(configuration.section("other").get(NAME)).isEqualTo("o");
        assertThat(Configuration.ofText("[default]\nname=x").section("DEFAULT").isSet(NAME))
                .isFalse();
    }

    @Test
    void valuesSaidOtherwiseBeatTheFileEvenUnderAFormerName() {
        Option<String> option = Option.text("name").formerly("old_name");
        Configuration configuration = Configuration.ofText("[a]\nname = file\n[b]\nname = other");
        Configuration changed = configuration.with("a", Map.of("old_name", "literal"), "paste file");
        assertThat(changed.section("a").get(option)).isEqualTo("literal");
        assertThat(changed.section("b").get(option)).isEqualTo("other");
        assertThat(configuration.section("a").get(option)).isEqualTo("file");
    }

    @Test
    void optionNamesAreCaseSensitive() {
        assertThat(defaults("Name = a").isSet(NAME)).isFalse();
    }

    @Test
    void booleansHaveFourSpellingsEachInAnyCase() {
        for (String text : List.of("true", "1", "ON", "Yes")) {
            assertThat(defaults("debug = " + text).get(DEBUG)).isTrue();
        }
        for (String text : List.of("False", "0", "off", "NO")) {
            assertThat(defaults("debug = " + text).get(DEBUG)).isFalse();
        }
    }

    @Test
    void listsDropOneEmptyItemAtTheEndOnly() {
        Option<List<String>> list = Option.list("l");
        assertThat(defaults("l = a , b,,c,").get(list)).containsExactly("a", "b", "", "c");
    }

    @Test
    void bracketedListsRequireBracketsAndTakeQuotedItems() {
        Option<List<String>> list = Option.bracketedList("l");
        assertThat(defaults("l = [a, 'b,c', \"d\"]").get(list)).containsExactly("a", "b,c", "d");
        assertThat(defaults("l = []").get(list)).isEmpty();
        assertThatThrownBy(() -> defaults("l = a,b").get(list)).hasMessageContaining("brackets");
        assertThatThrownBy(() -> defaults("l = ['a,b]").get(list)).hasMessageContaining("quote");
    }

    @Test
    void pairsSplitAtTheFirstColon() {
        Option<Map<String, String>> pairs = Option.pairs("p");
        assertThat(defaults("p = fast:file, web:http:x").get(pairs))
                .containsExactly(Map.entry("fast", "file"), Map.entry("web", "http:x"));
        assertThatThrownBy(() -> defaults("p = a:b,a:c").get(pairs)).hasMessageContaining("given twice");
        assertThatThrownBy(() -> defaults("p = a").get(pairs)).hasMessageContaining("no colon");
    }

    @Test
    void aRefusedValueIsToldWithFileLineOptionValueAndWhatIsAccepted() {
        assertThatThrownBy(() -> defaults("\nbind_port = 70000").get(PORT))
                .isInstanceOf(ConfigException.class)
                .hasMessage("configuration text:3: option bind_port in [DEFAULT]: '70000' is not accepted; "
                        + "accepted: integer from 0 to 65535");
        assertThatThrownBy(() -> defaults("bind_port = many").get(PORT)).hasMessageContaining("'many'");
    }

    @Test
    void aRefusedSecretIsNotPrinted() {
        Option<Integer> pin = Option.integer("pin").secret();
        assertThatThrownBy(() -> defaults("pin = hunter2").get(pin))
                .hasMessageContaining("***")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void choicesOfListsAreThoseOfTheirItems() {
        Option<List<String>> list = Option.bracketedList("l").oneOf("a", "b");
        assertThat(defaults("l = [b,a]").get(list)).containsExactly("b", "a");
        assertThatThrownBy(() -> defaults("l = [a,c]").get(list)).hasMessageContaining("a, b");
    }

    @Test
    void choicesWithoutCaseComeBackInTheirDeclaredSpelling() {
        Option<String> type = Option.text("t").oneOfAnyCase("Hours", "Days");
        assertThat(defaults("t = DAYS").get(type)).isEqualTo("Days");
        assertThatThrownBy(() -> defaults("t = Weeks").get(type)).hasMessageContaining("Hours, Days");
    }

    @Test
    void formerNamesAreReadAndThePresentOneWins() {
        Option<String> url =
                Option.text("connection").formerly("DEFAULT", "sql_connection").formerly("connection_url");
        assertThat(Configuration.ofText("[DEFAULT]\nsql_connection=x")
                        .section("database")
                        .get(url))
                .isEqualTo("x");
        assertThat(Configuration.ofText("[database]\nconnection_url=y")
                        .section("database")
                        .get(url))
                .isEqualTo("y");
        assertThat(Configuration.ofText("[database]\nconnection=new\n[DEFAULT]\nsql_connection=old")
                        .section("database")
                        .get(url))
                .isEqualTo("new");
    }

    @Test
    void unsetOptionsOfASectionAreTakenFromItsFallback() {
        Configuration configuration = Configuration.ofText("[fast]\nname=a\n[backend_defaults]\nname=b\nbind_port=1");
        Section fast = configuration.section("fast", "backend_defaults");
        assertThat(fast.get(NAME)).isEqualTo("a");
        assertThat(fast.get(PORT)).isEqualTo(1);
        assertThat(fast.isSet(PORT)).isTrue();
        assertThat(fast.isSet(DEBUG)).isFalse();
    }
}
