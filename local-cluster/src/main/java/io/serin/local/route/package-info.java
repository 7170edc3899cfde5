// SPDX-License-Identifier: Apache-2.0
/**
 * ClusterIPs and node ports, as one nftables table written anew from Services and their endpoints.
 */
@NullMarked
package io.serin.local.route;

import org.jspecify.annotations.NullMarked;
