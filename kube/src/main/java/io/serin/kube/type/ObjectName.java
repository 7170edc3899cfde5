// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

/** A namespaced object's name. */
public record ObjectName(String namespace, String name) implements Comparable<ObjectName> {

    @Override
    public int compareTo(ObjectName other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
