package glance.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        Table table = new Table(List.of("Property", "Value"), 80);
        table.row(List.of("checksum", "b1946ac92492"));
        table.row(List.of("id", ""));

        assertThat(table.text()).isEqualTo("""
                        +----------+--------------+
                        | Property | Value        |
                        +----------+--------------+
                        | checksum | b1946ac92492 |
                        | id       |              |
                        +----------+--------------+
                        """);
    }

    @Test
    void anEmptyListEndsWithTwoBorders() {
        assertThat(new Table(List.of("ID", "Name"), 0).text())
                .isEqualTo("+----+------+\n| ID | Name |\n+----+------+\n+----+------+\n");
    }

    @Test
    void wideCharactersTakeTwoColumnsAndCombiningOnesNone() {
        Table table = new Table(List.of("N"), 0);
        table.row(List.of("日本"));
        table.row(List.of("e\u0301"));

        assertThat(table.text()).isEqualTo("+------+\n| N    |\n+------+\n| 日本 |\n| e\u0301    |\n+------+\n");
    }

    @Test
    void longCellsContinueBelow() {
        Table table = new Table(List.of("Property", "Value"), 12);
        table.row(List.of("x", "with-hyphens and aaaaaaaaaaaaaaaaa"));

        assertThat(table.text())
                .contains("| x        | with-hyphens |\n|          | and aaaaaaaa |\n|          | aaaaaaaaa    |\n");
    }

    @Test
    void aWrappedColumnKeepsItsFullWidth() {
        Table table = new Table(List.of("Property", "Value"), 20);
        table.row(List.of("created_at", "2026-11-23T01:44:28.007080"));

        assertThat(table.text()).isEqualTo("""
                        +------------+----------------------+
                        | Property   | Value                |
                        +------------+----------------------+
                        | created_at | 2026-11-             |
                        |            | 23T01:44:28.007080   |
                        +------------+----------------------+
                        """);
    }

    @Test
    void aLongWordBreaksBehindAHyphenWhenItHasOne() {
        assertThat(TextWrap.wrap("3d0c1f52-6f0e-4b52-9c8e-0a4e8a6b7d11", 30))
                .containsExactly("3d0c1f52-6f0e-4b52-9c8e-", "0a4e8a6b7d11");
        assertThat(TextWrap.wrap("abcdefghij", 4)).containsExactly("abcd", "efgh", "ij");
        assertThat(TextWrap.wrap("   ", 4)).isEmpty();
    }
}
