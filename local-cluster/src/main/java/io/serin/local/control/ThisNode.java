// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Resources;
import io.serin.local.api.Times;
import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** The one node as an object, and the Lease that says it is alive. */
public final class ThisNode {

    public static final String NAME = "local";

    static final String LEASES = "kube-node-lease";

    private static final int MOST_PODS = 110;
    private static final int LEASE_SECONDS = 40;

    private final ClusterApi api;
    private final InstantSource clock;
    private final String address;

    /**
     * @param address of the node, where pods reach it
     */
    ThisNode(ClusterApi api, InstantSource clock, String address) {
        this.api = api;
        this.clock = clock;
        this.address = address;
    }

    /** Makes the object if it is not there, and writes what the machine has. */
    void register() {
        if (api.get(Resources.NODES, "", NAME).isEmpty()) {
            ObjectNode node = Namespaces.object(Resources.NODES, "", NAME);
            ObjectNode labels = node.withObject("/metadata").putObject("labels");
            labels.put("kubernetes.io/hostname", NAME);
            labels.put("kubernetes.io/os", "linux");
            labels.put("kubernetes.io/arch", architecture());
            node.putObject("spec")
                    .put("podCIDR", "10.244.0.0/16")
                    .putArray("podCIDRs")
                    .add("10.244.0.0/16");
            api.create(Resources.NODES, node);
        }
        api.editStatus(
                Resources.NODES,
                "",
                NAME,
                node -> {
                    status(node.withObject("/status"));
                    return node;
                });
    }

    private void status(ObjectNode status) {
        String now = Times.text(clock.instant());
        for (String which : new String[] {"capacity", "allocatable"}) {
            ObjectNode amounts = status.putObject(which);
            amounts.put("cpu", Integer.toString(Runtime.getRuntime().availableProcessors()));
            amounts.put("memory", memory() / 1024 + "Ki");
            amounts.put("pods", Integer.toString(MOST_PODS));
        }
        ObjectNode ready =
                Conditions.of(
                        status, "Ready", true, "KubeletReady", "the node is this process", now);
        ready.put("lastHeartbeatTime", now);
        Conditions.set(status, ready);
        status.remove("addresses");
        ObjectNode internal = status.putArray("addresses").addObject();
        internal.put("type", "InternalIP");
        internal.put("address", address);
        ObjectNode host = status.withArray("addresses").addObject();
        host.put("type", "Hostname");
        host.put("address", NAME);
        ObjectNode info = status.putObject("nodeInfo");
        info.put("architecture", architecture());
        info.put("operatingSystem", "linux");
        info.put("osImage", "local-cluster");
        info.put("kernelVersion", System.getProperty("os.version", ""));
        info.put("containerRuntimeVersion", "serin-local://0.1.0");
        info.put("kubeletVersion", "v1.36.0");
        info.put("kubeProxyVersion", "");
        info.put("machineID", "");
        info.put("systemUUID", "");
        info.put("bootID", "");
    }

    /** Says that the node is alive. */
    void renew() {
        String now = clock.instant().truncatedTo(ChronoUnit.MICROS).toString();
        if (api.get(Resources.LEASES, LEASES, NAME).isPresent()) {
            api.edit(
                    Resources.LEASES,
                    LEASES,
                    NAME,
                    lease -> {
                        lease.withObject("/spec").put("renewTime", now);
                        return lease;
                    });
            return;
        }
        ObjectNode lease = Namespaces.object(Resources.LEASES, LEASES, NAME);
        ObjectNode spec = lease.putObject("spec");
        spec.put("holderIdentity", NAME);
        spec.put("leaseDurationSeconds", LEASE_SECONDS);
        spec.put("renewTime", now);
        try {
            api.create(Resources.LEASES, lease);
        } catch (ApiFault refused) {
            if (refused.code() != 409) {
                throw refused;
            }
        }
    }

    private static String architecture() {
        String held = System.getProperty("os.arch", "");
        return held.equals("aarch64") ? "arm64" : held;
    }

    private static long memory() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean machine
                ? machine.getTotalMemorySize()
                : Runtime.getRuntime().maxMemory();
    }
}
