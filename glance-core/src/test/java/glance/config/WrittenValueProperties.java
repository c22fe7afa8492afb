package glance.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class WrittenValueProperties {
    private static <T> T readBack(Option<T> option, T value) {
        String text = "[s]\n# before\n" + option.name() + " = " + option.written(value) + "\nother = x\n";
        return Configuration.ofText(text).section("s").get(option);
    }

    @Property
    void aWrittenTextReadsBack(@ForAll("lines") String value) {
        assertThat(readBack(Option.text("o"), value)).isEqualTo(value);
    }

    @Property
    void aWrittenTextOfSeveralLinesReadsBack(@ForAll("paragraphs") List<String> value) {
        String text = String.join("\n", value);
        assertThat(readBack(Option.text("o"), text)).isEqualTo(text);
    }

    @Property
    void aWrittenNumberReadsBack(@ForAll long value, @ForAll int small, @ForAll double decimal, @ForAll boolean flag) {
        assertThat(readBack(Option.number("o"), value)).isEqualTo(value);
        assertThat(readBack(Option.integer("o"), small)).isEqualTo(small);
        assertThat(readBack(Option.decimal("o"), decimal)).isEqualTo(decimal);
        assertThat(readBack(Option.flag("o"), flag)).isEqualTo(flag);
    }

    @Property
    void aWrittenBracketedListReadsBack(@ForAll("quotableItems") List<String> value) {
        assertThat(readBack(Option.bracketedList("o"), value)).isEqualTo(value);
    }

    @Property
    void aWrittenListReadsBack(@ForAll("plainItems") List<String> value) {
        assertThat(readBack(Option.list("o"), value)).isEqualTo(value);
    }

    @Property
    void writtenPairsReadBack(@ForAll("plainItems") List<String> keys, @ForAll("plainItems") List<String> values) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int i = 0; i < Math.min(keys.size(), values.size()); i++) {
            pairs.put(keys.get(i).replace(":", ""), values.get(i) + ":" + i);
        }
        pairs.remove("");
        assertThat(readBack(Option.pairs("o"), pairs)).isEqualTo(pairs);
    }

    @Provide
    Arbitrary<String> lines() {
        Arbitrary<String> awkward =
                Arbitraries.strings().withChars(" $\\{}'\",;#=:[]%a_\t").ofMaxLength(12);
        Arbitrary<String> any = Arbitraries.strings().excludeChars('\n', '\r').ofMaxLength(40);
        return Arbitraries.oneOf(awkward, any);
    }

    /** Lines that a continuation can hold: neither blank nor with blanks at their ends. */
    @Provide
    Arbitrary<List<String>> paragraphs() {
        return lines().map(line -> "x" + line + "x").list().ofMinSize(1).ofMaxSize(4);
    }

    /** A quote followed by a comma ends an item, so that no item can hold both in a row. */
    @Provide
    Arbitrary<List<String>> quotableItems() {
        return lines().map(line -> line.replace("\"", "")).list().ofMaxSize(5);
    }

    @Provide
    Arbitrary<List<String>> plainItems() {
        return lines().map(line -> "i" + line.replace(",", "").replace("'", "").replace("\"", "") + "i")
                .list()
                .ofMaxSize(5);
    }
}
