// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Secrets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that several control planes keep in one Secret: whoever of them looks first does what
 * is due, and the others take it over. Blocks; any thread.
 */
public final class SharedSecret<T> {

    private static final Logger LOG = LoggerFactory.getLogger(SharedSecret.class);
    private static final int ATTEMPTS = 5;

    /** What is kept, as records and as texts; pure. */
    public interface Form<T> {

        /**
         * As a Secret holds it; empty where it holds none.
         *
         * @throws IllegalStateException where it holds what can't be
         */
        Optional<T> read(Map<String, String> texts);

        /** What there has to be now; an equal one where nothing is due. */
        T due(Optional<T> kept, Instant now);

        Map<String, String> texts(T kept);
    }

    private final Secrets secrets;
    private final ObjectName name;
    private final String type;
    private final Map<String, String> labels;
    private final Form<T> form;

    /** What is used although its Secret may be gone. */
    private final AtomicReference<Optional<T>> last = new AtomicReference<>(Optional.empty());

    /**
     * @param type of the Secret, for whoever makes it; so are the labels
     */
    public SharedSecret(
            Secrets secrets,
            ObjectName name,
            String type,
            Map<String, String> labels,
            Form<T> form) {
        this.secrets = secrets;
        this.name = name;
        this.type = type;
        this.labels = labels;
        this.form = form;
    }

    /**
     * What all are to use now.
     *
     * @throws IllegalStateException when others were faster each time, or the Secret holds what
     *     can't be
     */
    public T obtain(Instant now) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Optional<Secrets.Held> held = secrets.read(name);
            Optional<T> stored = held.flatMap(secret -> form.read(secret.texts()));
            // Where the Secret went away, what is trusted already goes back into it.
            T due = form.due(stored.or(last::get), now);
            boolean isThere = stored.filter(due::equals).isPresent();
            if (isThere
                    || secrets.write(
                            name, type, labels, form.texts(due), held.map(Secrets.Held::version))) {
                if (!isThere) {
                    LOG.info("secret={} written", name);
                }
                last.set(Optional.of(due));
                return due;
            }
            LOG.info("secret={} reason=\"another control plane was faster\"", name);
        }
        throw new IllegalStateException(
                "secret " + name + " was changed by others " + ATTEMPTS + " times in a row");
    }
}
