// SPDX-License-Identifier: Apache-2.0
/**
 * The node's agent: redirects the traffic of pods that may not do it themselves. A pod's redirect
 * step waits, with all of its flags on its command line, and that is the request: {@link
 * io.serin.proxy.node.NodeAgent} finds it among the node's processes, enters its network namespace,
 * and sets the rules that {@link io.serin.proxy.redirect.Redirect} makes of those flags. The step
 * sees for itself that they work, and ends; nobody asks Kubernetes, and nothing of the node is
 * changed.
 */
@NullMarked
package io.serin.proxy.node;

import org.jspecify.annotations.NullMarked;
