import { expect, test } from "vitest";
import { databaseNameOf, nameServer, urlOf } from "../../src/files/postgres/name.js";

test.each([
  ["postgres://doctor:secret@db.example:5433/cms", "postgres://doctor@db.example:5433/cms"],
  ["POSTGRESQL://doctor:secret@db.example/cms", "postgresql://doctor@db.example/cms"],
  [
    "postgres://doctor:p%40ss@db.example/cms?sslmode=verify-full",
    "postgres://doctor@db.example/cms?sslmode=verify-full",
  ],
  ["postgres://db.example/cms?password=secret&options=-c%20x", "postgres://db.example/cms"],
  ["postgres://doctor:secret@%2Frun%2Fpostgresql/cms", "postgres://doctor@%2Frun%2Fpostgresql/cms"],
])("%s is shown as %s, and keeps its password to connect", (url, name) => {
  expect(nameServer(url)).toBe(name);
  expect(urlOf(name)).toBe(url);
  expect(nameServer(name)).toBe(name);
});

test("a URL within another word loses its password, too", () => {
  expect(nameServer("--from=postgres://doctor:secret@db.example/cms")).toBe(
    "--from=postgres://doctor@db.example/cms",
  );
});

test.each([
  "postgres://doctor:12#secret@h/d",
  "postgres://doctor:12?secret@h/d",
  "postgres://doctor:a/secret@h/d",
])("%s is refused without being quoted", (url) => {
  expect(() => nameServer(url)).toThrow(expect.objectContaining({ code: "USAGE" }));
  expect(() => nameServer(url)).not.toThrow(/secret/);
});

test("postgres: is DATABASE_URL, else what the PG* variables name", () => {
  const url = "postgres://doctor:secret@db.example/own";
  expect(nameServer("postgres:", { DATABASE_URL: url, PGHOST: "other" })).toBe(
    "postgres://doctor@db.example/own",
  );
  expect(nameServer("postgres:", { DATABASE_URL: "sqlite:cms.db", PGDATABASE: "cms" })).toBe(
    "postgres://localhost/cms",
  );
  const of = { PGHOST: "/run/postgresql", PGUSER: "a b", PGPORT: "5433" };
  expect(nameServer("postgresql:", of)).toBe("postgres://a%20b@%2Frun%2Fpostgresql:5433/");
});

test("the name of DATABASE_URL's own database gets its password from there", () => {
  const env = { DATABASE_URL: "postgres://doctor:secret@db.example/mine" };
  expect(urlOf("postgres://doctor@db.example/mine", env)).toBe(env.DATABASE_URL);
  expect(urlOf("postgres://other@db.example/mine", env)).toBe("postgres://other@db.example/mine");
});

test.each([
  ["postgres://u@h/cms", "cms"],
  ["postgres://u@h/../../etc%2Fx", "etc_x"],
  ["postgres://u@h", "u"],
  ["postgres://h/%2e%2e", "postgres"],
])("files for %s begin with %s", (name, file) => {
  expect(databaseNameOf(name)).toBe(file);
});
