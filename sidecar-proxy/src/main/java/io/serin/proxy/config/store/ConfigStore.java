// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.store;

import io.serin.api.codec.CodecFault;
import io.serin.api.codec.TypeUrl;
import io.serin.api.snapshot.Home;
import io.serin.api.snapshot.NameTable;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.api.xds.Resource;
import io.serin.proxy.config.watch.Watch;
import io.serin.proxy.config.watch.WatchSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The proxy's configuration: what is held, and what of it is served. Never forgets because the
 * control plane is gone.
 *
 * <p>One thread, that of {@code config.client}, changes it; anyone may read {@link #served()}.
 */
public final class ConfigStore {

    private final WatchSource<ProxySnapshot> served = new WatchSource<>(ProxySnapshot.EMPTY);
    private final WatchSource<NameTable> names = new WatchSource<>(NameTable.EMPTY);
    private Holdings held = Holdings.NOTHING;
    private boolean waiting;

    /** What the request path works with; changes at most once for each response. */
    public Watch<ProxySnapshot> served() {
        return served;
    }

    /** The names that the proxy answers for; empty before it was told any. */
    public Watch<NameTable> names() {
        return names;
    }

    /**
     * Takes a response in, whole.
     *
     * @param resources all of them are of this type; those that nothing names are left out
     * @param removed names of resources that are no more
     * @throws CodecFault when any of them can't be read; then nothing has changed
     */
    public void apply(TypeUrl type, List<Resource> resources, List<String> removed)
            throws CodecFault {
        held = held.after(type, resources, removed);
        publish(Warming.patient(held, served.get()));
    }

    /**
     * Takes over all that another store holds, in one change of what is served; the other is of no
     * use from then on. Where both serve the same, nobody notices.
     */
    public void become(ConfigStore other) {
        held = other.held;
        publish(new Warming(other.served.get(), other.waiting));
    }

    /** Says whether whoever fills this can be heard. */
    public void current(boolean heard) {
        served.current(heard);
    }

    /** Where the proxy belongs, in the word of whoever fills this. */
    public Optional<Home> home() {
        return Optional.ofNullable(held.homes().get(Home.NAME));
    }

    /**
     * Ends the wait for what has not come: see {@link Warming#settled}. The next {@link #apply} is
     * patient again.
     */
    public void settle() {
        publish(Warming.settled(held, served.get()));
    }

    /** Whether something is kept back until more comes. */
    public boolean isWaiting() {
        return waiting;
    }

    /** Whether clusters and listeners were told. */
    public boolean hasEssentials() {
        return held.answered().containsAll(Set.of(TypeUrl.CLUSTER, TypeUrl.LISTENER));
    }

    /** Whether clusters and listeners were told, and nothing that they name is missing. */
    public boolean isComplete() {
        return hasEssentials() && !waiting;
    }

    /** The names to ask for, of the types that are asked for by name. */
    public Map<TypeUrl, Set<String>> wanted() {
        Map<TypeUrl, Set<String>> wanted = new EnumMap<>(TypeUrl.class);
        wanted.put(TypeUrl.ENDPOINT, held.wantedEndpoints());
        wanted.put(TypeUrl.ROUTE, held.wantedRouteTables());
        return wanted;
    }

    private void publish(Warming next) {
        NameTable named = held.names().getOrDefault(NameTable.NAME, NameTable.EMPTY);
        if (!named.equals(names.get())) {
            names.publish(named);
        }
        waiting = next.waiting();
        if (!next.served().equals(served.get())) {
            served.publish(next.served());
        }
    }
}
