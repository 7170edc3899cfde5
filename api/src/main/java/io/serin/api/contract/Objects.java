// SPDX-License-Identifier: Apache-2.0
package io.serin.api.contract;

import io.serin.api.name.HostPort;
import io.serin.api.name.Revision;
import io.serin.api.name.Tag;
import java.util.List;
import java.util.Optional;

/**
 * The names of the objects that make one revision, as in Istio: with its name as a suffix, but for
 * {@link Revision#DEFAULT}, which has none.
 */
public final class Objects {

    /** The namespace of every control plane. */
    public static final String SYSTEM_NAMESPACE = "istio-system";

    /**
     * The namespaces of Kubernetes itself, where no injector adds anything, whatever their labels
     * say: what everybody needs must come up without one.
     */
    public static final List<String> NEVER_INJECTED =
            List.of("kube-system", "kube-public", "kube-node-lease", "local-path-storage");

    /**
     * The authors of status entries, {@code status.parents[].controllerName}: this and a revision.
     */
    public static final String ROUTE_CONTROLLER_DOMAIN = "serin.io/";

    /** The validating webhook configuration of what names no revision: one in a cluster. */
    public static final String DEFAULT_VALIDATOR = "istiod-default-validator";

    /**
     * What the name of an injector's webhook begins with that takes in pods that no label speaks
     * of.
     */
    public static final String EVERYWHERE = "auto.";

    /** The Secret of the mesh's own authority, one for all revisions. */
    public static final String AUTHORITY = "istio-ca-secret";

    /** The Secret of an authority that the people of a cluster bring along; it comes first. */
    public static final String PLUGGED_AUTHORITY = "cacerts";

    /** The ConfigMap of each namespace that says whom its proxies trust. */
    public static final String ROOT_CERTIFICATE = "istio-ca-root-cert";

    /** Its key: one PEM certificate or more. */
    public static final String ROOT_CERTIFICATE_KEY = "root-cert.pem";

    /** The Lease whose holder, among all replicas of all revisions, writes these. */
    public static final String ROOT_CERTIFICATE_LEASE = "istio-namespace-controller-election";

    /** Whom the token of a proxy is for. */
    public static final String TOKEN_AUDIENCE = "istio-ca";

    /** What the proxy and its redirect step run as; traffic of this user is not redirected. */
    public static final int PROXY_UID = 1337;

    /** Where the sidecar calls its application from; traffic from there is not redirected. */
    public static final String INBOUND_SOURCE = "127.0.0.6";

    /** The same for IPv6, an address of the pod's loopback interface. */
    public static final String INBOUND_SOURCE_IPV6 = "::6";

    private static final String CONTROL_PLANE = Labels.APP_CONTROL_PLANE;

    private Objects() {}

    /** The Deployment, Service, ServiceAccount and Roles of a revision. */
    public static String controlPlane(Revision revision) {
        return named(CONTROL_PLANE, revision);
    }

    /** The revision of a Deployment of that name; empty where it is no control plane's. */
    public static Optional<String> revisionOf(String deployment) {
        if (deployment.equals(CONTROL_PLANE)) {
            return Optional.of(Revision.DEFAULT.value());
        }
        return deployment.startsWith(CONTROL_PLANE + "-")
                ? Optional.of(deployment.substring(CONTROL_PLANE.length() + 1))
                : Optional.empty();
    }

    /** The mutating webhook configuration, and the injector's ConfigMap. */
    public static String injector(Revision revision) {
        return named("istio-sidecar-injector", revision);
    }

    /** The validating webhook configuration. */
    public static String validator(Revision revision) {
        return named("istio-validator", revision) + "-" + SYSTEM_NAMESPACE;
    }

    /** The validating webhook configuration by which warnings are given; it refuses nothing. */
    public static String audit(Revision revision) {
        return named("istio-audit", revision);
    }

    /** The DaemonSet that redirects the traffic of pods which may not do it themselves. */
    public static String nodeAgent(Revision revision) {
        return named(Labels.APP_NODE_AGENT, revision);
    }

    /** The mutating webhook configuration of a tag, and the validating one. */
    public static String tag(Tag tag) {
        return "istio-revision-tag-" + tag;
    }

    /** The Service of a tag: a discovery address that stays when the tag moves. */
    public static String tagService(Tag tag) {
        return "istiod-revision-tag-" + tag;
    }

    /** Where that is found: {@code istiod-revision-tag-<tag>.istio-system.svc}. */
    public static String tagHost(Tag tag) {
        return tagService(tag) + "." + SYSTEM_NAMESPACE + ".svc";
    }

    /** The mesh ConfigMap. */
    public static String meshConfig(Revision revision) {
        return named("istio", revision);
    }

    /** The ClusterRole of a revision, and its binding. */
    public static String clusterRole(Revision revision) {
        return named("istiod-clusterrole", revision) + "-" + SYSTEM_NAMESPACE;
    }

    /** The Lease whose holder among a revision's replicas writes the statuses of routes. */
    public static String routeStatusLease(Revision revision) {
        return "istio-gateway-status-leader-" + revision;
    }

    /** The ConfigMap that tells how a channel is. */
    public static String channel(Channel channel) {
        return "istio-channel-" + channel;
    }

    /** The Lease whose holder, among all replicas of all its revisions, moves a channel. */
    public static String channelLease(Channel channel) {
        return channel(channel) + "-leader";
    }

    /**
     * Whom a revision's proxies get their configuration from: {@code
     * istiod-<rev>.istio-system.svc}.
     */
    public static String discoveryHost(Revision revision) {
        return controlPlane(revision) + "." + SYSTEM_NAMESPACE + ".svc";
    }

    /** Where they speak to it: {@code istiod-<rev>.istio-system.svc:15012}. */
    public static HostPort discovery(Revision revision) {
        return new HostPort(discoveryHost(revision), Ports.XDS_TLS);
    }

    private static String named(String stem, Revision revision) {
        return revision.isDefault() ? stem : stem + "-" + revision;
    }
}
