// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.kube.KubeAddress;
import java.util.Optional;

/** A command, or a part of one, that asks a cluster. */
interface Connected {

    /** Which one; empty as long as none was asked. */
    Optional<KubeAddress> address();
}
