package io.bindery.engine.management;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;

/**
 * Turns values into rows of JMX's open types. Thread-safe once it is made.
 *
 * @param <T> the values
 */
public final class OpenTable<T> {
  private final String typeName;
  private final ArrayList<String> names = new ArrayList<>();
  private final ArrayList<OpenType<?>> types = new ArrayList<>();
  private final ArrayList<Function<T, Object>> getters = new ArrayList<>();

  /**
   * Without a column.
   *
   * @param typeName what a row is called
   */
  public OpenTable(String typeName) {
    this.typeName = typeName;
  }

  /** With a column more; answers this one. */
  public OpenTable<T> with(String name, OpenType<?> type, Function<T, Object> getter) {
    names.add(name);
    types.add(type);
    getters.add(getter);
    return this;
  }

  /** A row for each value. */
  public CompositeData[] rows(List<T> values) throws OpenDataException {
    String[] keys = names.toArray(String[]::new);
    CompositeType type =
        new CompositeType(typeName, typeName, keys, keys, types.toArray(OpenType<?>[]::new));
    CompositeData[] rows = new CompositeData[values.size()];
    for (int i = 0; i < rows.length; i++) {
      T value = values.get(i);
      rows[i] =
          new CompositeDataSupport(
              type, keys, getters.stream().map(getter -> getter.apply(value)).toArray());
    }
    return rows;
  }
}
