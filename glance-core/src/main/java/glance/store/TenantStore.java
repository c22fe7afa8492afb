package glance.store;

import glance.auth.Caller;

/**
 * The ability of a store that keeps data in the accounts of those who bring it: it works with the rights of whoever asks, and
 * the storage itself decides who else may read. Without a caller, as in recovery and scrubbing, it can do only what its own
 * service user was allowed to.
 */
public interface TenantStore {
    /** The type of service, e.g. {@code object-store}, whose endpoint in the caller's catalog leads to the account. */
    String serviceType();

    /** This store, acting for {@code caller}; made for one request, closing it closes nothing. Nothing is asked yet. */
    Store actingFor(Caller caller);

    /**
     * Lets exactly {@code readers} read the data, beside those whose account it is in.
     *
     * @param caller with the right to say so, usually the owner
     * @throws StoreException.NotFound when there is nothing to be read
     */
    void share(Caller caller, StoreLocation location, Readers readers) throws StoreException;
}
