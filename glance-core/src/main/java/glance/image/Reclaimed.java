package glance.image;

import glance.error.GlanceException;
import glance.store.Lender;
import glance.store.StoreException;
import glance.store.StoreLocation;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Data of an image in stores whose data others may use, asked back before the record goes: a refusal leaves the image whole. One
 * thread.
 */
final class Reclaimed {
    private static final Logger LOG = LoggerFactory.getLogger(Reclaimed.class);

    private final ImageId image;
    private final List<Loan> loans = new ArrayList<>();

    private record Loan(Lender lender, StoreLocation location) {}

    Reclaimed(ImageId image) {
        this.image = image;
    }

    /**
     * Asks for the data at one more place.
     *
     * @throws GlanceException.Conflict when something uses it; all is given back then
     * @throws GlanceException.Unavailable when the store cannot tell, likewise
     */
    void add(Lender lender, StoreLocation location) {
        try {
            lender.reclaim(location);
            loans.add(new Loan(lender, location));
        } catch (StoreException refused) {
            giveBack();
            throw told(refused);
        }
    }

    private GlanceException told(StoreException refused) {
        return refused instanceof StoreException.InUse
                ? new GlanceException.Conflict(
                        "Image " + image
                                + " could not be deleted because it is in use: something was made from its data",
                        refused)
                : new GlanceException.Unavailable(
                        "the store of image " + image + " does not tell what uses it", refused);
    }

    /** The record stays: best effort, since the data is whole either way. */
    void giveBack() {
        for (Loan loan : loans) {
            try {
                loan.lender().lendAgain(loan.location());
            } catch (StoreException failure) {
                LOG.warn("data of an image that was not deleted stays reclaimed location={}", loan.location(), failure);
            }
        }
        loans.clear();
    }
}
