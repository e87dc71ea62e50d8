package io.bindery.sample.orders.web;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The REST interface, below {@code /api}. */
@ApplicationPath("api")
public class DeskApplication extends Application {}
