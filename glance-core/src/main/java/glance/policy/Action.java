package glance.policy;

import java.util.Locale;

/** What policy is asked about; each names a rule of the policy file. */
public enum Action {
    ADD_IMAGE,
    GET_IMAGES,
    GET_IMAGE,
    DOWNLOAD_IMAGE,
    DOWNLOAD_FROM_STORE,
    MODIFY_IMAGE,
    DELETE_IMAGE,
    UPLOAD_IMAGE,
    PUBLICIZE_IMAGE,
    COMMUNITIZE_IMAGE,
    SET_IMAGE_LOCATION,
    GET_IMAGE_LOCATION,
    DELETE_IMAGE_LOCATION,
    ADD_IMAGE_LOCATION,
    FETCH_IMAGE_LOCATION,
    DEACTIVATE,
    REACTIVATE,
    COPY_IMAGE,
    /** Of API v1 alone. */
    COPY_FROM,
    ADD_MEMBER,
    DELETE_MEMBER,
    GET_MEMBER,
    GET_MEMBERS,
    MODIFY_MEMBER,
    TASKS_API_ACCESS,
    MANAGE_IMAGE_CACHE,
    CACHE_IMAGE,
    CACHE_LIST,
    CACHE_DELETE,
    STORES_INFO_DETAIL;

    private final String rule = name().toLowerCase(Locale.ROOT);

    /** The rule's name in policy files. */
    public String rule() {
        return rule;
    }
}
