/**
 * The command line: one small class per command, and what they share.
 *
 * <p>A command turns what was typed into a {@link io.amberfs.daemon.Request}, sends it to the owner of the store and shows the answer. The owner is the
 * daemon, if one answers; else the {@link io.amberfs.cli.Backend} opens the store in this process.
 *
 * <ul>
 *   <li>Data goes to standard output, everything else to standard error; with {@code --json} data is one object or array, and of a long job one object a line.</li>
 *   <li>What is typed is {@link io.amberfs.model.RawText raw text} from {@link io.amberfs.cli.Main} on, since the names of files are bytes; it is sent by its twin and shown by
 *       {@link io.amberfs.cli.Show#text}.</li>
 *   <li>A failure is one line, {@code amberfs: what failed and what to do}, and an exit code of {@link io.amberfs.model.ExitCode}.</li>
 *   <li>No secret is an argument, reaches the environment of a child, or appears in JSON.</li>
 *   <li>Nothing here touches a mounted drive more than it must: paths are compared by their text, since a dead mount answers nothing and a slow one makes wait.</li>
 *   <li>When a daemon answers, no class of the store, the ciphers or the transports is loaded: that keeps commands quick.</li>
 * </ul>
 *
 * Times are ISO 8601 in UTC on the wire and in JSON, and in the machine's zone for people, in a form that every command takes back as TIME.
 */
package io.amberfs.cli;
