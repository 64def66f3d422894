package io.amberfs.crypto;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A session table in memory. Numbers count from 1. */
final class MemorySessions implements SessionTable {
    private final List<Session> sessions = new ArrayList<>();

    @Override
    public synchronized Session begin(byte keyId, byte[] id) {
        Session session = new Session(sessions.size() + 1, keyId, id);
        sessions.add(session);
        return session;
    }

    @Override
    public synchronized Optional<Session> find(int number) {
        return number >= 1 && number <= sessions.size() ? Optional.of(sessions.get(number - 1)) : Optional.empty();
    }

    synchronized int count() {
        return sessions.size();
    }
}
