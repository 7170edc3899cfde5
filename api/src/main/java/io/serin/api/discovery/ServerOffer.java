// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import java.util.List;

/**
 * One response, before it is written in the words of either protocol.
 *
 * @param nonce by which the client's answer is known
 * @param version of all resources of the type, of which these are some
 * @param resources that came or changed; for {@link ServerSubscription.Style#WHOLE} all
 * @param removed names that the client must no longer hold, or that it asked for and are not there
 * @param renewed names of those resources that the client held before, in another version
 */
public record ServerOffer(
        String nonce,
        String version,
        List<ServerResource> resources,
        List<String> removed,
        List<String> renewed) {

    public ServerOffer {
        resources = List.copyOf(resources);
        removed = List.copyOf(removed);
        renewed = List.copyOf(renewed);
    }
}
