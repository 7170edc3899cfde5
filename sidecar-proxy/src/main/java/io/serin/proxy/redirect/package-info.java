// SPDX-License-Identifier: Apache-2.0
/**
 * The redirect step: sends a pod's TCP traffic, and its questions for names where that is asked
 * for, through its sidecar. Runs once before the proxy, as the init container, with the right to
 * change the pod's network and no other. Where the pod may not have that right, the node's agent
 * ({@code io.serin.proxy.node}) does it, and the step shows that it was done ({@link
 * io.serin.proxy.redirect.CaptureProof}). {@link io.serin.proxy.redirect.Redirect} is the step:
 * flags ({@link io.serin.proxy.redirect.RedirectFlags}) become {@link
 * io.serin.proxy.redirect.RedirectSettings}, these become rules ({@link
 * io.serin.proxy.redirect.RedirectRules}), rules become nftables' text ({@link
 * io.serin.proxy.redirect.NftTable}), and {@code nft} applies it in one transaction.
 */
@NullMarked
package io.serin.proxy.redirect;

import org.jspecify.annotations.NullMarked;
