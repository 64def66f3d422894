package io.amberfs.daemon;

import java.util.Map;

/**
 * What the owner of a store does for the commands; the daemon serves it over the control socket, and a command that opened the store itself calls it
 * directly. Calls may come from several threads.
 */
@FunctionalInterface
public interface Service {
    /**
     * Carries out a request to its end.
     *
     * @return the result, a JSON object
     * @throws io.amberfs.model.Refusal if it cannot be done; has the exit code
     * @throws io.amberfs.model.Fault if the store is damaged, unsupported or has failed
     */
    Map<String, Object> call(Request request, Reply reply);
}
