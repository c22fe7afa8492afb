package glance.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IniFileTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            paste_deploy]              | f:3: malformed section header 'paste_deploy]'; it is written [paste_deploy]
            [paste_deploy              | f:3: malformed section header '[paste_deploy'; it is written [name]
            []                         | f:3: malformed section header '[]'; it is written [name]
            admin_password hunter2     | f:3: neither [section] nor key = value nor an indented continuation
            = value                    | f:3: there is no option name before '='
            """)
    void aMalformedLineIsAnErrorNamingFileAndLine(String line, String message) {
        assertThatThrownBy(() -> IniFile.parse("f", "[DEFAULT]\na = b\n" + line + "\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @Test
    void anAssignmentBeforeTheFirstSectionIsAnError() {
        assertThatThrownBy(() -> IniFile.parse("f", "a = b"))
                .hasMessage("f:1: an option stands before the first [section]");
    }

    @Test
    void anIndentedLineWithNothingToContinueIsAnError() {
        assertThatThrownBy(() -> IniFile.parse("f", "[a]\nb = c\n\n  d"))
                .hasMessageStartingWith("f:4: an indented line");
        assertThatThrownBy(() -> IniFile.parse("f", "[a]\n  d")).hasMessageStartingWith("f:2: an indented line");
    }

    @Test
    void sectionsAndLinesAreKeptAsWritten() {
        IniFile file = IniFile.parse("f", "# top\n[a]\r\nb=1\r\n[c]\nd : 2\n[a]\nb=3");
        assertThat(file.sections()).extracting(IniFile.Block::name).containsExactly("a", "c", "a");
        assertThat(file.sections().get(0).entries()).containsExactly(new IniFile.Entry("b", "1", 3));
        assertThat(file.sections().get(1).entries()).containsExactly(new IniFile.Entry("d", "2", 5));
        assertThat(file.sections().get(2).line()).isEqualTo(6);
    }

    @Test
    void aByteOrderMarkIsAccepted() throws IOException {
        Path file = Files.writeString(directory.resolve("a.conf"), "\uFEFF[a]\nb = ü");
        assertThat(IniFile.read(file).sections().getFirst().entries().getFirst().value())
                .isEqualTo("ü");
    }

    @Test
    void textThatIsNotUtf8IsAnErrorNamingFileAndLine() throws IOException {
        Path file = directory.resolve("a.conf");
        Files.write(file, "[a]\nb = c\nd = \u00fc\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> IniFile.read(file)).hasMessage(file + ":3: not UTF-8");
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = directory.resolve("none.conf");
        assertThatThrownBy(() -> IniFile.read(file)).hasMessage(file + ": no such file");
    }
}
