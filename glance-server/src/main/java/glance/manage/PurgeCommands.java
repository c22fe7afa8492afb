package glance.manage;

import glance.registry.sql.Purge;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** {@code db purge} and {@code db purge_images_table}: limits checked, then {@link Purge}. Silent but for errors. */
final class PurgeCommands {
    private static final String AGE = "--age_in_days";
    private static final String ROWS = "--max_rows";
    private static final long USUAL_ROWS = 100;

    private final Purge purge;
    private final InstantSource clock;
    private final Answer answer;

    PurgeCommands(Purge purge, InstantSource clock, Answer answer) {
        this.purge = purge;
        this.clock = clock;
        this.answer = answer;
    }

    /** A limit that cannot be used; the message says why. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    int purge(Arguments arguments) throws SQLException {
        try {
            purge.purge(age(arguments, 30), rows(arguments));
            return 0;
        } catch (Refused limit) {
            return answer.refuse(String.valueOf(limit.getMessage()));
        }
    }

    int purgeImages(Arguments arguments) throws SQLException {
        try {
            purge.purgeImages(age(arguments, 180), rows(arguments));
            return 0;
        } catch (Refused limit) {
            return answer.refuse(String.valueOf(limit.getMessage()));
        }
    }

    private Duration age(Arguments arguments, long usual) throws Refused {
        long days = number(arguments, AGE, usual);
        if (days < 0) {
            throw new Refused("age_in_days " + days + " is negative");
        }
        long sinceEpoch = Duration.between(Instant.EPOCH, clock.instant()).toDays();
        if (days >= sinceEpoch) {
            throw new Refused("age_in_days " + days + " reaches back before 1970; at most " + (sinceEpoch - 1));
        }
        return Duration.ofDays(days);
    }

    private static long rows(Arguments arguments) throws Refused {
        long rows = number(arguments, ROWS, USUAL_ROWS);
        if (rows < -1 || rows > Integer.MAX_VALUE) {
            throw new Refused("max_rows " + rows + " is not between -1 (all) and " + Integer.MAX_VALUE);
        }
        return rows;
    }

    private static long number(Arguments arguments, String flag, long usual) throws Refused {
        String text = arguments.text(flag).orElse(String.valueOf(usual));
        if (text.matches("[+-]?\\d{1,18}")) {
            return Long.parseLong(text);
        }
        String refusal = flag.substring(2) + " '" + text + "' is not a number";
        if (arguments.isPositional(flag)) {
            throw new Refused(refusal);
        }
        throw new UsageException(refusal);
    }
}
