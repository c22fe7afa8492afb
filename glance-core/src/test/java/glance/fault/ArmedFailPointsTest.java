package glance.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArmedFailPointsTest {
    @Test
    void strikesAtTheGivenPassageOnly() throws IOException {
        FailPoints points = ArmedFailPoints.parse("STORE_BEFORE_SYNC=io-error@2");
        points.pass(FailPoint.STORE_BEFORE_SYNC);
        points.pass(FailPoint.STORE_WRITING);
        assertThatThrownBy(() -> points.pass(FailPoint.STORE_BEFORE_SYNC))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("STORE_BEFORE_SYNC");
        points.pass(FailPoint.STORE_BEFORE_SYNC);
    }

    @Test
    void severalPointsAreArmedAtOnce() {
        FailPoints points = ArmedFailPoints.parse("STORE_WRITING=pause(1), UPLOAD_CLAIMED=io-error");
        assertThatCode(() -> points.pass(FailPoint.STORE_WRITING)).doesNotThrowAnyException();
        assertThatThrownBy(() -> points.pass(FailPoint.UPLOAD_CLAIMED)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> points.pass(FailPoint.UPLOAD_CLAIMED)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"STORE_WRITING", "STORE_WRITING=explode", "NOWHERE=halt", "STORE_WRITING=halt@x", "a=b,"})
    void whatArmsNothingIsRefused(String text) {
        assertThatThrownBy(() -> ArmedFailPoints.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void withoutTheVariableNothingIsArmed() {
        assertThat(System.getenv(ArmedFailPoints.VARIABLE)).isNull();
        assertThat(ArmedFailPoints.fromEnvironment()).isSameAs(FailPoints.INERT);
    }
}
