package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.daemon.Reply;
import io.amberfs.daemon.Service;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The list of snapshots: in the result, or, so that it can be of any length, as events of type {@code snapshot} before it. */
final class Snapshots {
    private Snapshots() {
    }

    static List<Map<String, Object>> of(Service service) {
        List<Map<String, Object>> snapshots = new ArrayList<>();
        Map<String, Object> result = service.call(new Request("snapshot.list"), new Collecting(snapshots));
        if (result.get("snapshots") instanceof List<?> list) {
            list.forEach(item -> snapshots.add(fields((Map<?, ?>) item)));
        }
        return snapshots;
    }

    static Set<String> names(Service service) {
        return of(service).stream().map(snapshot -> String.valueOf(snapshot.get("name"))).collect(Collectors.toSet());
    }

    private static Map<String, Object> fields(Map<?, ?> snapshot) {
        Map<String, Object> fields = new java.util.LinkedHashMap<>();
        snapshot.forEach((name, value) -> {
            if (!"type".equals(name)) {
                fields.put(String.valueOf(name), value);
            }
        });
        return fields;
    }

    private record Collecting(List<Map<String, Object>> snapshots) implements Reply {
        @Override
        public void event(Map<String, Object> event) {
            snapshots.add(fields(event));
        }

        @Override
        public void bytes(byte[] buffer, int offset, int length) {
            throw new IllegalStateException("a list of snapshots has no bytes");
        }

        @Override
        public boolean cancelled() {
            return false;
        }
    }
}
