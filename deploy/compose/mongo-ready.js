// The health check of the database: makes the replica set of one at the first start; healthy when it takes writes.
if (!db.hello().setName) {
  const { MONGO_INITDB_ROOT_USERNAME: user, MONGO_INITDB_ROOT_PASSWORD: password } = process.env;
  db.getSiblingDB("admin").auth(user, password);
  rs.initiate({ _id: "fas", members: [{ _id: 0, host: "mongo:27017" }] });
}
quit(db.hello().isWritablePrimary ? 0 : 1);
