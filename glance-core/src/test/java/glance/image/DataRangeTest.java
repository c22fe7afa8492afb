package glance.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.error.GlanceException.InvalidRequest;
import glance.error.GlanceException.RangeNotSatisfiable;
import glance.store.ByteRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-4, 0, 5",
        "bytes=5-, 5, 5",
        "bytes=-3, 7, 3",
        "bytes=9-9, 9, 1",
        "bytes=0-100, 0, 10",
        "bytes=-30, 0, 10",
        "bytes=0-, 0, 10",
        "bytes=0-999999999999999999, 0, 10"
    })
    void rangeIsClippedToTheImage(String header, long offset, long length) {
        assertThat(new DataRange(header, null).within(10)).contains(new ByteRange(offset, length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=10-",
                "bytes=10-11",
                "bytes=5-2",
                "bytes=-0",
                "bytes=-",
                "bytes=",
                "lines=0-1",
                "garbage",
                "",
                "bytes=a-b",
                "bytes=0-9999999999999999999999",
                "bytes=--1"
            })
    void whatTheImageDoesNotHaveIsNotSatisfiable(String header) {
        assertThatThrownBy(() -> new DataRange(header, null).within(10)).isInstanceOf(RangeNotSatisfiable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-", "bytes=-1", "bytes=0-0"})
    void emptyImageHasNoRange(String header) {
        assertThatThrownBy(() -> new DataRange(header, null).within(0)).isInstanceOf(RangeNotSatisfiable.class);
    }

    @Test
    void severalRangesAreRefused() {
        assertThatThrownBy(() -> new DataRange("bytes=0-1,3-4", null).within(10))
                .isInstanceOf(InvalidRequest.class);
    }

    @ParameterizedTest
    @CsvSource({"bytes 0-4/10, 0, 5", "bytes 0-4/*, 0, 5", "bytes 2-20/10, 2, 8", "bytes 9-9/*, 9, 1"})
    void contentRangeOfOldClientsIsUnderstood(String header, long offset, long length) {
        assertThat(new DataRange(null, header).within(10)).contains(new ByteRange(offset, length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes 10-11/*",
                "bytes 0-10/*",
                "bytes 11-12/11",
                "bytes 8-9/5",
                "bytes */10",
                "bytes 5-2/10",
                "0-4/10",
                ""
            })
    void contentRangeThatDoesNotFitIsNotSatisfiable(String header) {
        assertThatThrownBy(() -> new DataRange(null, header).within(10)).isInstanceOf(RangeNotSatisfiable.class);
    }

    @Test
    void rangeWinsOverContentRange() {
        assertThat(new DataRange("bytes=1-1", "bytes 0-4/10").within(10)).contains(new ByteRange(1, 1));
    }

    @Test
    void withoutEitherTheWholeImageIsMeant() {
        assertThat(DataRange.WHOLE.within(10)).isEmpty();
    }
}
