// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.spec;

/**
 * What pods may ask of their node.
 *
 * @param name in {@code spec.nodeName}
 * @param address in {@code status.hostIP}
 * @param dnsAddress of the Service that answers for names
 * @param processors of the machine: what a container without a CPU limit has
 * @param memory of the machine in bytes: what a container without a memory limit has
 */
public record NodeFacts(
        String name, String address, String dnsAddress, int processors, long memory) {}
