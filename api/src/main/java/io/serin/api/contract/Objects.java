// SPDX-License-Identifier: Apache-2.0
package io.serin.api.contract;

import io.serin.api.name.Revision;
import io.serin.api.name.Tag;

/** The names of the objects that make one revision. */
public final class Objects {

    /** The namespace of every control plane. */
    public static final String SYSTEM_NAMESPACE = "istio-system";

    /**
     * The authors of status entries, {@code status.parents[].controllerName}: this and a revision.
     */
    public static final String ROUTE_CONTROLLER_DOMAIN = "serin.io/";

    /** What the proxy and its redirect step run as; traffic of this user is not redirected. */
    public static final int PROXY_UID = 1337;

    /** Where the sidecar calls its application from; traffic from there is not redirected. */
    public static final String INBOUND_SOURCE = "127.0.0.6";

    /** The same for IPv6, an address of the pod's loopback interface. */
    public static final String INBOUND_SOURCE_IPV6 = "::6";

    private Objects() {}

    /** The Deployment, Service, ServiceAccount and Roles of a revision. */
    public static String controlPlane(Revision revision) {
        return "istiod-" + revision;
    }

    /** The mutating webhook configuration, and the injector's ConfigMap. */
    public static String injector(Revision revision) {
        return "istio-sidecar-injector-" + revision;
    }

    /** The validating webhook configuration. */
    public static String validator(Revision revision) {
        return "istio-validator-" + revision + "-" + SYSTEM_NAMESPACE;
    }

    /** The validating webhook configuration by which warnings are given; it refuses nothing. */
    public static String audit(Revision revision) {
        return "istio-audit-" + revision;
    }

    /** The mutating webhook configuration of a tag. */
    public static String tag(Tag tag) {
        return "istio-revision-tag-" + tag;
    }

    /** The Service of a tag: a discovery address that stays when the tag moves. */
    public static String tagService(Tag tag) {
        return "istiod-revision-tag-" + tag;
    }

    /** The mesh ConfigMap. */
    public static String meshConfig(Revision revision) {
        return "istio-" + revision;
    }

    /**
     * Where a revision's proxies get their configuration: {@code istiod-<rev>.istio-system.svc}.
     */
    public static String discoveryHost(Revision revision) {
        return controlPlane(revision) + "." + SYSTEM_NAMESPACE + ".svc";
    }
}
