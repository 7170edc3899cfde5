// SPDX-License-Identifier: Apache-2.0
/**
 * The node: pods as network namespaces, mount namespaces and processes. {@link
 * io.serin.local.node.Node} watches pods, a {@code PodRunner} tells one pod's story, a {@code
 * ContainerRunner} one container's.
 *
 * <p>What differs from a kubelet: limits of CPU and memory are told to those who ask (downward API)
 * but not enforced; seccomp profiles RuntimeDefault and Unconfined are both taken and no filter is
 * applied; the size of an emptyDir on disk is not limited; terminals are refused. What a pod asks
 * for beyond that is refused by name, in its status and an event, see {@code spec.Unsupported}.
 */
@NullMarked
package io.serin.local.node;

import org.jspecify.annotations.NullMarked;
