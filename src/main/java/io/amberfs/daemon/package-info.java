/**
 * The owner of a store as a process: wiring, life cycle, schedule, and the control socket through which the commands reach it.
 *
 * <p>The control socket is the contract between command line and drive. A command makes a {@link io.amberfs.daemon.Request}, gives it to a
 * {@link io.amberfs.daemon.Service} and receives events, bytes and one result. The service is either the {@link io.amberfs.daemon.ControlClient} of
 * a running daemon or the store opened in the command's own process: the command cannot tell the difference.
 *
 * <ul>
 *   <li>On the wire: {@code u32 length (big endian) | u8 type | payload}; 1 a JSON object (the request; an event), 2 bytes, 3 the result, 4 an error with
 *       {@code code} and {@code message}. JSON is at most 1 MiB, bytes 256 KiB; lengths are checked before they are used.</li>
 *   <li>Names and paths are bytes, and JSON is text: one that is not UTF-8 has a {@link io.amberfs.daemon.Twin twin} in base64, in requests and events alike.</li>
 *   <li>One store has one owner, by an OS lock. Whoever holds it may replace the socket file.</li>
 *   <li>No secret crosses the socket.</li>
 * </ul>
 *
 * The client's side ({@code ControlClient}, {@code Request}, {@code Reply}, {@code Service}, {@code Json}, {@code Twin}, {@code Failure}) loads nothing of the store, the
 * ciphers or the transports.
 */
package io.amberfs.daemon;
