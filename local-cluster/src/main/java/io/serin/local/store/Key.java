// SPDX-License-Identifier: Apache-2.0
package io.serin.local.store;

/**
 * Where an object is kept.
 *
 * @param collection the kind in all its versions, e.g. {@code apps/deployments}
 * @param namespace empty for cluster-scoped
 */
public record Key(String collection, String namespace, String name) implements Comparable<Key> {

    @Override
    public int compareTo(Key other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }
}
