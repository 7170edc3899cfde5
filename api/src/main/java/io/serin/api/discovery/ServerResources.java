// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All resources of one type that a proxy may ask for, each under its name. Immutable.
 *
 * <p>In two layers, so that a thousand proxies don't make a thousand maps: what many proxies share,
 * and on top of it, hiding what has the same name, what is one proxy's own.
 */
public final class ServerResources {

    public static final ServerResources EMPTY = of(List.of());

    /** The lower layer; null where this is one. */
    private final @Nullable ServerResources shared;

    private final Map<String, ServerResource> own;
    private final String version;

    /** The last answer of {@link #changedSince}: most proxies come from the same place. */
    private volatile @Nullable Difference difference;

    private record Difference(WeakReference<ServerResources> from, Set<String> names) {}

    private ServerResources(
            @Nullable ServerResources shared, Collection<ServerResource> own, String below) {
        this.shared = shared;
        this.own =
                own.stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        ServerResource::name, Function.identity()));
        this.version = hash(below, this.own);
    }

    /**
     * A lower layer.
     *
     * @throws IllegalStateException when two have the same name
     */
    public static ServerResources of(Collection<ServerResource> resources) {
        return new ServerResources(null, resources, "");
    }

    /** These, and some on top. */
    public ServerResources with(Collection<ServerResource> own) {
        if (shared != null) {
            throw new IllegalStateException("there is a layer on top already (expected: none)");
        }
        return own.isEmpty() ? this : new ServerResources(this, own, version);
    }

    /** The same for the same resources, in every replica and after every restart. */
    public String version() {
        return version;
    }

    /** The resource of this name, null where there is none. */
    public @Nullable ServerResource get(String name) {
        ServerResource found = own.get(name);
        return found != null || shared == null ? found : shared.own.get(name);
    }

    /** Every resource, in no order. */
    public List<ServerResource> all() {
        List<ServerResource> all = new ArrayList<>(own.values());
        if (shared != null) {
            for (ServerResource below : shared.own.values()) {
                if (!own.containsKey(below.name())) {
                    all.add(below);
                }
            }
        }
        return all;
    }

    /** The name of each. */
    public Set<String> names() {
        if (shared == null) {
            return own.keySet();
        }
        if (shared.own.keySet().containsAll(own.keySet())) {
            return shared.own.keySet();
        }
        Set<String> all = new HashSet<>(shared.own.keySet());
        all.addAll(own.keySet());
        return Collections.unmodifiableSet(all);
    }

    /** The names of those that came, changed or went since; may hold a few more. */
    public Set<String> changedSince(ServerResources from) {
        if (from == this) {
            return Set.of();
        }
        Set<String> below = base().baseChangedSince(from.base());
        Map<String, ServerResource> mine = top();
        Map<String, ServerResource> theirs = from.top();
        if (mine.isEmpty() && theirs.isEmpty()) {
            return below;
        }
        Set<String> names = new HashSet<>(below);
        addChanges(mine, theirs, names);
        return names;
    }

    private ServerResources base() {
        return shared == null ? this : shared;
    }

    private Map<String, ServerResource> top() {
        return shared == null ? Map.of() : own;
    }

    private Set<String> baseChangedSince(ServerResources from) {
        if (from == this) {
            return Set.of();
        }
        if (from.own.isEmpty()) {
            return own.keySet();
        }
        Difference known = difference;
        if (known != null && known.from().get() == from) {
            return known.names();
        }
        Set<String> names = new HashSet<>();
        addChanges(own, from.own, names);
        difference = new Difference(new WeakReference<>(from), names);
        return names;
    }

    private static void addChanges(
            Map<String, ServerResource> now,
            Map<String, ServerResource> before,
            Set<String> names) {
        now.forEach((name, resource) -> {
            ServerResource old = before.get(name);
            if (old == null || !old.version().equals(resource.version())) {
                names.add(name);
            }
        });
        before.keySet().stream().filter(name -> !now.containsKey(name)).forEach(names::add);
    }

    private static String hash(String below, Map<String, ServerResource> resources) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(below.getBytes(StandardCharsets.UTF_8));
            // In the order of names: a map's own order is another in every process.
            new TreeMap<>(resources)
                    .forEach((name, resource) -> {
                        digest.update(name.getBytes(StandardCharsets.UTF_8));
                        digest.update((byte) 0);
                        digest.update(resource.version().getBytes(StandardCharsets.UTF_8));
                        digest.update((byte) 0);
                    });
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return version + own.keySet();
    }
}
