// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.volume;

/**
 * A volume cannot be made as its spec says, e.g. since its ConfigMap is missing. It may be later.
 */
public final class VolumeNotReady extends RuntimeException {

    public VolumeNotReady(String volume, String why) {
        super(
                "MountVolume.SetUp failed for volume \"" + volume + "\" : " + why,
                null,
                false,
                false);
    }
}
