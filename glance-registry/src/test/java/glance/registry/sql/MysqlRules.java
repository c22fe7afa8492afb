package glance.registry.sql;

import glance.testkit.registry.RegistryFixture;
import java.text.Normalizer;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Locale;

/** What upstream's MySQL columns keep of times and how their collation orders texts. */
interface MysqlRules extends RegistryFixture {
    @Override
    default ChronoUnit precision() {
        return ChronoUnit.SECONDS;
    }

    @Override
    default Comparator<String> textOrder() {
        return Comparator.comparing(text -> Normalizer.normalize(text, Normalizer.Form.NFD)
                .replaceAll("\\p{M}+| +$", "")
                .toUpperCase(Locale.ROOT));
    }
}
