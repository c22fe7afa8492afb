package glance.testkit.auth;

import glance.auth.Caller;
import glance.image.MemberStatus;
import glance.image.Visibility;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what with an image of project A by default, row by row as the contract has it, for tests at any level. The rows
 * are in {@code calls.txt} and {@code lists.txt} beside this class.
 */
public final class AuthorisationTable {
    private AuthorisationTable() {}

    /** An image of project A. */
    public record Situation(Visibility visibility, Optional<MemberStatus> membershipOfB) {
        @Override
        public String toString() {
            return visibility.wire()
                    + membershipOfB.map(status -> ", B " + status.wire()).orElse("");
        }
    }

    /** Who asks. */
    public enum Person {
        ADMIN("other", true, "admin", "member", "reader"),
        A_MEMBER("a", false, "member", "reader"),
        A_READER("a", false, "reader"),
        B_MEMBER("b", false, "member", "reader"),
        B_READER("b", false, "reader"),
        /** A role that means nothing here. */
        NOROLE("other", false, "unrelated"),
        SERVICE("other", false, "service"),
        /** Neither project nor administrator; may read. */
        NOBODY(null, false, "reader");

        private final @Nullable String project;
        private final boolean admin;
        private final String roles;

        Person(@Nullable String project, boolean admin, String... roles) {
            this.project = project;
            this.admin = admin;
            this.roles = String.join(",", roles);
        }

        /** The caller, for tests without an identity service. Projects are {@code a}, {@code b} and {@code other}. */
        public Caller caller() {
            return new Caller(
                    "user-" + name().toLowerCase(Locale.ROOT),
                    null,
                    project,
                    null,
                    null,
                    null,
                    roles(),
                    Caller.ServiceIdentity.NONE,
                    true,
                    admin,
                    false,
                    null);
        }

        public Set<String> roles() {
            return Set.of(roles.split(","));
        }
    }

    /** A column of the table of calls. */
    public enum Call {
        SHOW,
        FILE,
        MODIFY,
        ACTIVATION,
        MEMBERS,
        ADD_MEMBER,
        LOCATIONS,
        TASKS
    }

    /** What a list asks for. */
    public enum Asked {
        DEFAULT,
        OWN,
        ALL
    }

    /**
     * One answer of the table of calls.
     *
     * @param status HTTP status
     */
    public record Expected(Situation image, Person caller, Call call, int status) {
        @Override
        public String toString() {
            return image + ": " + caller + " " + call + " -> " + status;
        }
    }

    /** One answer of the table of lists. */
    public record Listed(Situation image, Person caller, Asked asked, boolean listed) {
        @Override
        public String toString() {
            return image + ": " + caller + " asks for " + asked + " -> " + (listed ? "listed" : "not listed");
        }
    }

    /** Every cell of the table of calls; rows that hold for any state of a membership stand for each. */
    public static List<Expected> calls() {
        List<Expected> cells = new ArrayList<>();
        for (String[] row : rows("calls.txt", 2 + Call.values().length)) {
            for (Situation image : situations(row[0])) {
                int column = 2;
                for (Call call : Call.values()) {
                    cells.add(new Expected(image, person(row[1]), call, Integer.parseInt(row[column++])));
                }
            }
        }
        return cells;
    }

    /** Every cell of the table of lists. */
    public static List<Listed> lists() {
        List<Listed> cells = new ArrayList<>();
        // In the order of the columns.
        Map<Person, List<Asked>> columns = new LinkedHashMap<>();
        columns.put(Person.A_READER, List.of(Asked.DEFAULT, Asked.ALL));
        columns.put(Person.B_READER, List.of(Asked.DEFAULT, Asked.OWN, Asked.ALL));
        columns.put(Person.ADMIN, List.of(Asked.DEFAULT, Asked.ALL));
        columns.put(Person.NOBODY, List.of(Asked.DEFAULT));
        int width = 1 + columns.values().stream().mapToInt(List::size).sum();
        for (String[] row : rows("lists.txt", width)) {
            int column = 1;
            for (Map.Entry<Person, List<Asked>> each : columns.entrySet()) {
                for (Asked asked : each.getValue()) {
                    cells.add(new Listed(situation(row[0]), each.getKey(), asked, yes(row[column++])));
                }
            }
        }
        return cells;
    }

    private static boolean yes(String cell) {
        return switch (cell) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw new IllegalStateException("neither yes nor no: " + cell);
        };
    }

    private static List<Situation> situations(String text) {
        if (!text.equals("shared with B")) {
            return List.of(situation(text));
        }
        List<Situation> all = new ArrayList<>();
        for (MemberStatus status : MemberStatus.values()) {
            all.add(new Situation(Visibility.SHARED, Optional.of(status)));
        }
        return all;
    }

    private static Situation situation(String text) {
        String[] words = text.split(", ", 2);
        return new Situation(
                Visibility.parse(words[0]),
                words.length == 1 ? Optional.empty() : Optional.of(MemberStatus.parse(words[1])));
    }

    private static Person person(String text) {
        return Person.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static List<String[]> rows(String resource, int width) {
        List<String[]> rows = new ArrayList<>();
        for (String line : text(resource).lines().toList()) {
            if (line.startsWith("#") || line.isBlank()) {
                continue;
            }
            String[] cells = line.strip().split("\\s*\\|\\s*", -1);
            if (cells.length != width) {
                throw new IllegalStateException(resource + ": " + cells.length + " cells, not " + width + ": " + line);
            }
            rows.add(cells);
        }
        return rows;
    }

    private static String text(String resource) {
        try (InputStream in = AuthorisationTable.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
