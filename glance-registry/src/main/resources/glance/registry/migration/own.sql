-- What is ours beside upstream's schema, all under the prefix glancejvm_; upstream ignores it. Every statement is run
-- when its table or index is missing.

-- Bytes in stores that may belong to nobody; see DataIntent. The URL is encrypted like image_locations.value.
CREATE TABLE glancejvm_data_intents (
    id {bigid} NOT NULL,
    image_id VARCHAR(36) NOT NULL,
    store VARCHAR(255) NOT NULL,
    url TEXT NOT NULL,
    kind VARCHAR(16) NOT NULL,
    worker VARCHAR(255) NOT NULL,
    opened_at {time} NOT NULL,
    renewed_at {time} NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX glancejvm_data_intents_image ON glancejvm_data_intents (image_id);
CREATE INDEX glancejvm_data_intents_worker ON glancejvm_data_intents (worker);
CREATE INDEX glancejvm_data_intents_renewed ON glancejvm_data_intents (renewed_at);

-- List orders: live images of one os_hidden value, by each sort key and the tie-breakers.
CREATE INDEX glancejvm_images_created ON images (deleted, os_hidden, {sorted created_at}, {sorted id});
CREATE INDEX glancejvm_images_updated ON images (deleted, os_hidden, {sorted updated_at}, {sorted created_at}, {sorted id});
CREATE INDEX glancejvm_images_name ON images (deleted, os_hidden, {sorted name}, {sorted created_at}, {sorted id});
CREATE INDEX glancejvm_images_status ON images (deleted, os_hidden, {sorted status}, {sorted created_at}, {sorted id});
CREATE INDEX glancejvm_images_size ON images (deleted, os_hidden, {sorted size}, {sorted created_at}, {sorted id});
CREATE INDEX glancejvm_images_disk_format ON images (deleted, os_hidden, {sorted disk_format}, {sorted created_at}, {sorted id});
CREATE INDEX glancejvm_images_container_format ON images (deleted, os_hidden, {sorted container_format}, {sorted created_at}, {sorted id});
CREATE INDEX glancejvm_images_id ON images (deleted, os_hidden, {sorted id});

-- The parts of a project's default list: its own images, the public ones, those shared with it.
CREATE INDEX glancejvm_images_owner ON images (owner, deleted, os_hidden, {sorted created_at}, {sorted id});
CREATE INDEX glancejvm_images_visibility ON images (visibility, deleted, os_hidden, {sorted created_at}, {sorted id});
CREATE INDEX glancejvm_image_members_member ON image_members (member, deleted, status, image_id);

-- Filters by custom property and by tag.
CREATE INDEX glancejvm_image_properties_value ON image_properties (name, {text value}, deleted, image_id);
CREATE INDEX glancejvm_image_tags_value ON image_tags (value, deleted, image_id);

-- Of each writer, the number of its last transaction: what became of one whose COMMIT was not answered.
CREATE TABLE glancejvm_commits (
    writer VARCHAR(36) NOT NULL,
    number {bigint} NOT NULL,
    PRIMARY KEY (writer)
);
