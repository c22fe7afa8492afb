package glance.registry.sql;

import glance.image.ImageQuery;
import glance.image.ImageQuery.VisibilityFilter;
import glance.image.MemberStatus;
import glance.image.Scope;
import glance.image.Visibility;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which images a caller may list, as SQL: the caller's scope and the visibility parameter together, once as one condition
 * and once as disjoint branches. An image without owner is nobody's own; a caller without project owns nothing.
 */
final class ListScope {
    private final VisibilityFilter visibility;
    private final boolean admin;
    private final @Nullable String project;
    private final @Nullable MemberStatus memberStatus;

    ListScope(ImageQuery query, Scope scope) {
        String given = scope.project();
        this.visibility = query.visibility();
        this.admin = scope.admin();
        this.project = given == null || given.isEmpty() ? null : given;
        this.memberStatus = query.memberStatus();
    }

    /** As one condition; written so that only an explicit {@code visibility} tempts an engine to use an index. */
    SqlText whole() {
        SqlText condition = parameter();
        if (!admin) {
            condition.add(" AND (COALESCE(i.visibility, 'private') IN ('public', 'community')");
            if (project != null) {
                condition.add(" OR COALESCE(i.owner, '') = ?", project);
                condition
                        .add(" OR (COALESCE(i.visibility, 'private') = 'shared' AND EXISTS (SELECT 1")
                        .add(memberships())
                        .add(" AND m.image_id = i.id))");
            }
            condition.add(")");
        }
        return condition;
    }

    private SqlText parameter() {
        return switch (visibility) {
            case VisibilityFilter.All ignored -> new SqlText("1 = 1");
            case VisibilityFilter.Only only ->
                new SqlText("i.visibility = ?", only.visibility().wire());
            case VisibilityFilter.Default ignored -> {
                SqlText condition = new SqlText("(COALESCE(i.visibility, 'private') <> 'community'");
                if (project != null) {
                    condition.add(" OR COALESCE(i.owner, '') = ?", project);
                }
                yield condition.add(")");
            }
        };
    }

    /** FROM and the beginning of WHERE for own images, public and community ones of others, and those shared by others. */
    List<SqlText> branches() {
        List<SqlText> branches = new ArrayList<>();
        if (project != null) {
            branches.add(own(project));
        }
        if (keeps(Visibility.PUBLIC)) {
            branches.add(ofOthers(new SqlText("FROM images i WHERE i.visibility = 'public'")));
        }
        if (keeps(Visibility.COMMUNITY) && !(visibility instanceof VisibilityFilter.Default)) {
            branches.add(ofOthers(new SqlText("FROM images i WHERE i.visibility = 'community'")));
        }
        if (project != null && keeps(Visibility.SHARED)) {
            branches.add(ofOthers(new SqlText("FROM (SELECT DISTINCT m.image_id")
                    .add(memberships())
                    .add(") d CROSS JOIN images i WHERE i.id = d.image_id AND i.visibility = 'shared'")));
        }
        return branches;
    }

    private SqlText own(String owner) {
        SqlText own = new SqlText("FROM images i WHERE i.owner = ?", owner);
        if (visibility instanceof VisibilityFilter.Only only) {
            own.add(
                    " AND COALESCE(i.visibility, 'private') = ?",
                    only.visibility().wire());
        }
        return own;
    }

    private SqlText ofOthers(SqlText source) {
        return project == null ? source : source.add(" AND COALESCE(i.owner, '') <> ?", project);
    }

    private boolean keeps(Visibility one) {
        return !(visibility instanceof VisibilityFilter.Only only) || only.visibility() == one;
    }

    /** FROM and WHERE of the project's live memberships that count. */
    private SqlText memberships() {
        SqlText memberships =
                new SqlText(" FROM image_members m WHERE m.member = ? AND m.deleted = FALSE", String.valueOf(project));
        return memberStatus == null ? memberships : memberships.add(" AND m.status = ?", memberStatus.wire());
    }
}
