package glance.api.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.api.InList;
import glance.error.GlanceException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;

class PatchPathProperties {
    @Property
    void escapedNamesComeBack(@ForAll("names") List<String> names) {
        StringBuilder pointer = new StringBuilder();
        names.forEach(name -> pointer.append('/').append(name.replace("~", "~0").replace("/", "~1")));

        assertThat(PatchPath.parse(pointer.toString())).isEqualTo(names);
    }

    @Property
    void anyTextIsTokensOrARefusal(@ForAll @StringLength(max = 12) String text) {
        try {
            assertThat(PatchPath.parse(text)).isNotEmpty();
        } catch (GlanceException.InvalidRequest refused) {
            assertThat(refused.reason()).contains(text);
        }
    }

    @Property
    void pointersThatDoNotStartWithASlashAreRefused(@ForAll @StringLength(max = 6) String text) {
        Assume.that(!text.startsWith("/"));

        assertThatThrownBy(() -> PatchPath.parse(text)).isInstanceOf(GlanceException.InvalidRequest.class);
    }

    @Property
    void quotedListsComeBack(@ForAll("items") List<String> items) {
        String text = String.join(
                ",",
                items.stream()
                        .map(item -> "\"" + item.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                        .toList());

        assertThat(InList.parse(text)).isEqualTo(items);
    }

    @Property
    void plainListsComeBack(@ForAll("plain") List<String> items) {
        assertThat(InList.parse(String.join(",", items))).isEqualTo(items);
    }

    @Provide
    Arbitrary<List<String>> names() {
        return Arbitraries.strings()
                .withChars("ab~/01. -")
                .ofMinLength(1)
                .ofMaxLength(6)
                .filter(name -> name.strip().equals(name))
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
    }

    @Provide
    Arbitrary<List<String>> items() {
        return Arbitraries.strings()
                .withChars("ab,\"\\ ")
                .ofMaxLength(5)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Provide
    Arbitrary<List<String>> plain() {
        return Arbitraries.strings()
                .withChars("ab\\ ")
                .ofMaxLength(5)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }
}
