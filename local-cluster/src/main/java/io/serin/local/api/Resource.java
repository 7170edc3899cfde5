// SPDX-License-Identifier: Apache-2.0
package io.serin.local.api;

/**
 * One kind of objects as the API names it.
 *
 * @param group empty for the core group
 * @param version e.g. {@code v1}
 * @param kind e.g. {@code Deployment}
 * @param plural as in paths, e.g. {@code deployments}
 * @param namespaced whether its objects live in namespaces
 */
public record Resource(
        String group, String version, String kind, String plural, boolean namespaced) {

    /** As in an object's {@code apiVersion}: {@code v1}, {@code apps/v1}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** As in messages: {@code pods}, {@code deployments.apps}. */
    public String qualified() {
        return group.isEmpty() ? plural : plural + "." + group;
    }
}
