package glance.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ParserTest {
    private static final Grammar GRAMMAR = new Grammar(false)
            .add(Grammar.text("--sort", "S", ""))
            .add(Grammar.text("--sort-key", "K", "").oneOf("name", "size").many())
            .add(Grammar.integer("--limit", "N", ""))
            .add(Grammar.truth("--protected", ""))
            .add(Grammar.maybeTruth("--hidden", ""))
            .add(Grammar.words("--tags", "T", "").many())
            .add(Grammar.flag("--progress", "").named("-p"))
            .argument("ID", "");

    private static Arguments parse(String... words) {
        return Parser.parse(GRAMMAR, List.of(words));
    }

    @Test
    void optionsMayStandBesideArgumentsAndBeCutShort() {
        Arguments given = parse("--prog", "img", "--limit=3", "--sort", "x");

        assertThat(given.has("--progress")).isTrue();
        assertThat(given.text("ID")).isEqualTo("img");
        assertThat(given.integer("--limit")).hasValue(3);
        assertThat(given.text("--sort")).isEqualTo("x");
    }

    @Test
    void anExactNameWinsOverLongerOnes() {
        assertThat(parse("--sort", "a", "id").text("--sort")).isEqualTo("a");
    }

    @Test
    void aPrefixOfSeveralOptionsIsRefused() {
        assertThatThrownBy(() -> parse("--sor", "x", "id"))
                .isInstanceOf(UsageException.class)
                .hasMessage("ambiguous option: --sor could match --sort, --sort-key");
    }

    @Test
    void optionalValuesAndListsEndAtTheNextOption() {
        Arguments given = parse("id", "--hidden", "--tags", "a", "b", "--tags", "c", "--protected", "No");

        assertThat(given.truth("--hidden")).isTrue();
        assertThat(given.texts("--tags")).containsExactly("a", "b", "c");
        assertThat(given.truth("--protected")).isFalse();
    }

    @Test
    void valuesMayBeNegativeNumbersOrFollowADoubleDash() {
        assertThat(parse("--limit", "-1", "id").integer("--limit")).hasValue(-1);
        assertThat(parse("--", "--odd").text("ID")).isEqualTo("--odd");
    }

    @Test
    void everyMistakeIsNamed() {
        assertThatThrownBy(() -> parse()).hasMessage("the following arguments are required: ID");
        assertThatThrownBy(() -> parse("a", "b")).hasMessage("unrecognized arguments: b");
        assertThatThrownBy(() -> parse("--nope", "a")).hasMessage("unrecognized arguments: --nope");
        assertThatThrownBy(() -> parse("a", "--limit")).hasMessage("argument --limit: expected one argument");
        assertThatThrownBy(() -> parse("a", "--limit", "x")).hasMessage("argument --limit: invalid int value: 'x'");
        assertThatThrownBy(() -> parse("a", "--progress=1"))
                .hasMessage("argument --progress/-p: ignored explicit argument '1'");
        assertThatThrownBy(() -> parse("a", "--sort-key", "x"))
                .hasMessage("argument --sort-key: invalid choice: 'x' (choose from 'name', 'size')");
        assertThatThrownBy(() -> parse("a", "--protected", "maybe"))
                .hasMessageStartingWith("argument --protected: invalid bool value: 'maybe'");
    }

    @Test
    void leadingOptionsEndAtTheFirstArgument() {
        Arguments given =
                Parser.parseLeading(GlobalOptions.grammar(), List.of("--os_username", "ann", "image-list", "-v"));

        assertThat(given.text("--os-username")).isEqualTo("ann");
        assertThat(given.rest()).containsExactly("image-list", "-v");
    }

    @Test
    void everyCommandHasAGrammarAndAHelpPage() {
        for (String name : Commands.names()) {
            Command command = Commands.find(name).orElseThrow();
            assertThat(command.name()).isEqualTo(name);
            assertThat(Help.page("glance", command)).startsWith("usage: glance " + name);
        }
        assertThat(Commands.find("image-explode")).isEmpty();
    }
}
