-- What revision 2024_1_expand01 added: the image cache kept in the central database.

CREATE TABLE node_reference (
    node_reference_id {bigid} NOT NULL,
    node_reference_url VARCHAR(255) NOT NULL,
    PRIMARY KEY (node_reference_id),
    CONSTRAINT uq_node_reference_node_reference_url UNIQUE (node_reference_url)
);

CREATE TABLE cached_images (
    id {bigid} NOT NULL,
    image_id VARCHAR(36) NOT NULL,
    last_accessed {time} NOT NULL,
    last_modified {time} NOT NULL,
    size {bigint} NOT NULL,
    hits INTEGER NOT NULL,
    checksum VARCHAR(32),
    node_reference_id {bigint} NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(node_reference_id) REFERENCES node_reference (node_reference_id),
    CONSTRAINT ix_cached_images_image_id_node_reference_id UNIQUE (image_id, node_reference_id)
);
