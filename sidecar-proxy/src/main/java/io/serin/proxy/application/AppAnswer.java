// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.application;

import io.netty.buffer.ByteBuf;

/**
 * What the application said. Whoever gets it releases the body.
 *
 * @param status the HTTP status
 * @param type the body's media type; empty where the application names none
 * @param location where a redirect leads to; empty where it leads nowhere
 */
public record AppAnswer(int status, String type, String location, ByteBuf body) {}
