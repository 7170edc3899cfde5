// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client's view of one type on one stream, as the server knows it: what the client wants, what
 * it holds, and which response it has yet to answer. The same for both protocols, which differ in
 * {@link Style}.
 *
 * <p>Three rules. One response at a time is on its way: what changes meanwhile is sent, merged,
 * after the answer. What was refused is not sent again by itself, only with the next thing that
 * changes. What the client asked for is answered at once; what changed by itself goes when the
 * stream's order allows.
 *
 * <p>Owned by one event loop. What the client holds is kept as "the same as that snapshot, except",
 * which for most clients at most times is a reference and an empty map.
 */
public final class ServerSubscription {

    /** A client that wants more names than this is not one of ours. */
    public static final int MAX_NAMES = 1 << 16;

    /** How a response speaks. */
    public enum Style {
        /** Of what came, changed and went. */
        DELTA,
        /**
         * Of all there is: what is left out is gone. State of the world, clusters and listeners.
         */
        WHOLE,
        /** Of some: what is left out stays. State of the world, endpoints and routes. */
        PARTIAL
    }

    private static final String NONE = "";

    private final Style style;
    private final Supplier<String> nonces;

    private boolean started;
    private boolean wildcard;

    /** Never changed where it is shared: see {@link #shareNames}. */
    private Set<String> names = new HashSet<>();

    private boolean namesAreShared;

    /** What the client holds, of all that it wants ... */
    private ServerResources confirmed = ServerResources.EMPTY;

    /** ... except these, by name: another version, or {@link #NONE}. */
    private Map<String, String> exceptions = new HashMap<>();

    /** To be answered even if the client may hold it. */
    private Set<String> asked = new LinkedHashSet<>();

    /** To be answered even if with nothing. */
    private boolean due;

    /** Whether the client came with something in its hands, and can wait for the right order. */
    private boolean returning;

    /** What the client refused, by name: the version. */
    private final Map<String, String> refused = new HashMap<>();

    private @Nullable Flight flight;
    private String lastNonce = "";
    private String sentVersion = "";
    private String ackedVersion = "";

    /**
     * A response that the client has yet to answer.
     *
     * @param whole whether, once it is taken, the client holds all of {@code latest} that it wants,
     *     except what was held back
     * @param heldBack removals that were not told yet
     */
    private record Flight(
            ServerResources latest,
            boolean whole,
            ServerOffer offer,
            Map<String, String> heldBack) {}

    public ServerSubscription(Style style, Supplier<String> nonces) {
        this.style = style;
        this.nonces = nonces;
    }

    /** Whether the client has asked for anything of this type. */
    public boolean isStarted() {
        return started;
    }

    public boolean isWildcard() {
        return wildcard;
    }

    public boolean wants(String name) {
        return wildcard || names.contains(name);
    }

    /** How many names were asked for. */
    public int size() {
        return names.size();
    }

    /** The version of the last response; empty before the first. */
    public String sentVersion() {
        return sentVersion;
    }

    /** The version of the last response that was taken; empty before the first. */
    public String ackedVersion() {
        return ackedVersion;
    }

    /** Whether this is the nonce of the last response, answered or not. */
    boolean isLastNonce(String nonce) {
        return !lastNonce.isEmpty() && lastNonce.equals(nonce);
    }

    Set<String> names() {
        return names;
    }

    /** Forgets all that was said: the client begins anew, and is owed an answer. */
    void start() {
        started = true;
        wildcard = false;
        names = new HashSet<>();
        namesAreShared = false;
        confirmed = ServerResources.EMPTY;
        exceptions = new HashMap<>();
        asked = new LinkedHashSet<>();
        refused.clear();
        flight = null;
        due = true;
        returning = false;
    }

    /** Takes the client's word for what it holds; only right after {@link #start}. */
    void holds(Map<String, String> versions) {
        returning = !versions.isEmpty();
        exceptions.putAll(versions);
        // What it holds need not be sent again, though it was named.
        asked.removeIf(name -> !versions.getOrDefault(name, NONE).isEmpty());
    }

    void subscribe(Collection<String> more) {
        if (!more.isEmpty()) {
            ownNames();
        }
        for (String name : more) {
            names.add(name);
            ask(name);
        }
    }

    void subscribeAll() {
        if (wildcard) {
            return;
        }
        // What was not wanted until now is not held, whatever was confirmed of the others.
        Map<String, String> held = new HashMap<>();
        names.forEach(name -> held.put(name, held(name)));
        exceptions = held;
        confirmed = ServerResources.EMPTY;
        Flight before = flight;
        if (before != null) {
            flight = new Flight(before.latest(), false, before.offer(), before.heldBack());
        }
        wildcard = true;
        due = true;
    }

    void unsubscribe(Collection<String> fewer) {
        if (!fewer.isEmpty()) {
            ownNames();
        }
        for (String name : fewer) {
            if (names.remove(name)) {
                asked.remove(name);
                exceptions.remove(name);
                refused.remove(name);
                if (wildcard) {
                    // The client forgets it, though it still matches: so it is told again.
                    ask(name);
                }
            }
        }
    }

    void unsubscribeAll() {
        wildcard = false;
    }

    /** Sends these again, if they are wanted, whether or not the client holds them. */
    void renew(Collection<String> some) {
        some.stream().filter(names::contains).forEach(this::ask);
    }

    private void ask(String name) {
        asked.add(name);
        exceptions.put(name, NONE);
    }

    private void ownNames() {
        if (namesAreShared) {
            names = new HashSet<>(names);
            namesAreShared = false;
        }
    }

    /**
     * Most clients name all there is. A set of their own, with names read off the wire, would make
     * up most of what a connected client costs.
     */
    private void shareNames(ServerResources latest) {
        if (!namesAreShared && !names.isEmpty() && names.equals(latest.names())) {
            names = latest.names();
            namesAreShared = true;
        }
    }

    /** The last response was taken. Returns it; empty if none was on its way. */
    Optional<ServerOffer> ack() {
        Flight taken = flight;
        if (taken == null) {
            return Optional.empty();
        }
        flight = null;
        ackedVersion = taken.offer().version();
        if (taken.whole()) {
            confirmed = taken.latest();
            exceptions = new HashMap<>(taken.heldBack());
            refused.clear();
        } else {
            taken.offer().resources().forEach(it -> took(it.name(), it.version()));
            taken.offer().removed().forEach(name -> took(name, NONE));
        }
        asked.forEach(name -> exceptions.put(name, NONE));
        shareNames(taken.latest());
        return Optional.of(taken.offer());
    }

    private void took(String name, String version) {
        refused.remove(name);
        ServerResource expected = confirmed.get(name);
        if (version.equals(expected == null ? NONE : expected.version())) {
            exceptions.remove(name);
        } else {
            exceptions.put(name, version);
        }
    }

    /** The last response was refused. Returns it; empty if none was on its way. */
    Optional<ServerOffer> nack() {
        Flight lost = flight;
        if (lost == null) {
            return Optional.empty();
        }
        flight = null;
        lost.offer().resources().forEach(it -> refused.put(it.name(), it.version()));
        lost.offer().removed().forEach(name -> refused.put(name, NONE));
        return Optional.of(lost.offer());
    }

    /** Whether no response is on its way. */
    boolean isQuiet() {
        return flight == null;
    }

    /** Whether the client holds all of this that it wants and nothing else. */
    boolean isAt(ServerResources latest) {
        return !started
                || (flight == null
                        && !due
                        && asked.isEmpty()
                        && refused.isEmpty()
                        && exceptions.isEmpty()
                        && confirmed.version().equals(latest.version()));
    }

    /** Whether there is nothing left to say: the client holds it all, or refused it. */
    boolean isSettled(ServerResources latest) {
        return isAt(latest) || (flight == null && !due && asked.isEmpty() && !refused.isEmpty());
    }

    /**
     * The next response, if there is anything to say and the last one was answered.
     *
     * @param changes whether to tell what changed by itself; if not, only what was asked for
     * @param removals whether to tell what went; if not, it is held back
     */
    Optional<ServerOffer> next(ServerResources latest, boolean changes, boolean removals) {
        if (!started || flight != null) {
            return Optional.empty();
        }
        boolean answer = due && (changes || !returning);
        boolean whole = changes || answer || (style == Style.WHOLE && !asked.isEmpty());
        var plan = new Plan(latest, removals && !answer);
        asked.forEach(plan::consider);
        if (whole) {
            exceptions.keySet().forEach(plan::consider);
            latest.changedSince(confirmed).forEach(plan::consider);
        }
        if (plan.isEmpty() && !answer) {
            if (whole && !plan.refusedAgain) {
                confirmed = latest;
                exceptions = plan.heldBack;
            }
            return Optional.empty();
        }
        ServerOffer offer = plan.offer();
        flight = new Flight(latest, whole, offer, plan.heldBack);
        lastNonce = offer.nonce();
        sentVersion = offer.version();
        asked = new LinkedHashSet<>();
        due = due && !answer;
        return Optional.of(offer);
    }

    private String held(String name) {
        String exception = exceptions.get(name);
        if (exception != null) {
            return exception;
        }
        ServerResource resource = confirmed.get(name);
        return resource == null ? NONE : resource.version();
    }

    /** A response in the making. */
    private final class Plan {

        private final ServerResources latest;
        private final boolean removals;
        private final Set<String> considered = new HashSet<>();
        private final List<ServerResource> resources = new ArrayList<>();
        private final List<String> removed = new ArrayList<>();
        private final List<String> renewed = new ArrayList<>();
        private final Map<String, String> heldBack = new HashMap<>();
        private final List<ServerResource> refusedResources = new ArrayList<>();
        private final List<String> refusedRemovals = new ArrayList<>();
        private boolean refusedAgain;

        Plan(ServerResources latest, boolean removals) {
            this.latest = latest;
            this.removals = removals;
        }

        void consider(String name) {
            boolean owed = asked.contains(name);
            if ((!owed && !wants(name)) || !considered.add(name)) {
                return;
            }
            String held = held(name);
            ServerResource now = latest.get(name);
            if (now == null) {
                considerGone(name, held, owed);
            } else if (owed || !now.version().equals(held)) {
                if (!owed && now.version().equals(refused.get(name))) {
                    refusedResources.add(now);
                    refusedAgain = true;
                } else {
                    resources.add(now);
                    if (!held.isEmpty()) {
                        renewed.add(name);
                    }
                }
            }
        }

        private void considerGone(String name, String held, boolean owed) {
            if (owed) {
                removed.add(name);
            } else if (!held.isEmpty() && style != Style.PARTIAL) {
                if (NONE.equals(refused.get(name))) {
                    refusedRemovals.add(name);
                    refusedAgain = true;
                } else if (removals) {
                    removed.add(name);
                } else {
                    heldBack.put(name, held);
                }
            }
        }

        boolean isEmpty() {
            return resources.isEmpty() && removed.isEmpty();
        }

        ServerOffer offer() {
            resources.addAll(refusedResources);
            removed.addAll(refusedRemovals);
            // Not quite that version while something that it lacks is still there.
            String version = heldBack.isEmpty() ? latest.version() : latest.version() + "+";
            return new ServerOffer(
                    nonces.get(),
                    version,
                    style == Style.WHOLE ? everything() : resources,
                    removed,
                    renewed);
        }

        private List<ServerResource> everything() {
            List<ServerResource> all = new ArrayList<>();
            for (ServerResource resource : latest.all()) {
                if (wants(resource.name())) {
                    all.add(resource);
                }
            }
            for (String name : heldBack.keySet()) {
                ServerResource old = confirmed.get(name);
                if (old != null) {
                    all.add(old);
                }
            }
            return all;
        }
    }
}
