// SPDX-License-Identifier: Apache-2.0
/**
 * mTLS between sidecars: {@code MeshTls} is what a proxy proves and whom it trusts at one moment,
 * {@code PeerTrust} checks others' certificates, {@code ClientHello} tells the mesh's connections
 * from the application's own TLS before anything is decrypted.
 */
@NullMarked
package io.serin.proxy.tls;

import org.jspecify.annotations.NullMarked;
