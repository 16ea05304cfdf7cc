CREATE TABLE appeals (
	municipality VARCHAR(64) NOT NULL,
	source_system VARCHAR(64) NOT NULL,
	source_id VARCHAR(128) NOT NULL,
	question_no INTEGER NOT NULL,
	kind INTEGER,
	appeal_type INTEGER,
	channel INTEGER,
	applicant_kind INTEGER,
	topic_block INTEGER,
	topic_group INTEGER,
	topic INTEGER,
	classifier_code INTEGER,
	department INTEGER,
	territory INTEGER,
	geo_cell INTEGER,
	status INTEGER,
	stage INTEGER,
	result INTEGER,
	lat DOUBLE PRECISION,
	lon DOUBLE PRECISION,
	received_at BIGINT,
	registered_at BIGINT,
	due_at BIGINT,
	extended_until BIGINT,
	postponed_until BIGINT,
	interim_answered_at BIGINT,
	answered_at BIGINT,
	transferred_at BIGINT,
	marks SMALLINT NOT NULL,
	reworks INTEGER,
	satisfaction SMALLINT,
	changed_at BIGINT,
	source_row BIGINT NOT NULL,
	row_hash BIGINT NOT NULL,
	batch_id INTEGER NOT NULL,
	PRIMARY KEY (municipality, source_system, source_id, question_no)
);

CREATE INDEX appeals_received ON appeals (municipality, received_at);

CREATE TABLE batches (
	municipality VARCHAR(64) NOT NULL,
	batch_id INTEGER NOT NULL,
	state VARCHAR(16) NOT NULL,
	source_system VARCHAR(64) NOT NULL,
	files TEXT NOT NULL,
	profile_sha256 VARCHAR(64) NOT NULL,
	rows_in BIGINT NOT NULL,
	"new" BIGINT NOT NULL,
	corrected BIGINT NOT NULL,
	duplicate BIGINT NOT NULL,
	rejected BIGINT NOT NULL,
	late BIGINT NOT NULL,
	newest_event_at BIGINT,
	loaded_at_utc BIGINT NOT NULL,
	undone_at_utc BIGINT,
	seconds DOUBLE PRECISION NOT NULL,
	PRIMARY KEY (municipality, batch_id)
);

CREATE TABLE findings (
	municipality VARCHAR(64) NOT NULL,
	batch_id INTEGER NOT NULL,
	finding_no INTEGER NOT NULL,
	code VARCHAR(32) NOT NULL,
	detail TEXT NOT NULL,
	rows BIGINT NOT NULL,
	PRIMARY KEY (municipality, batch_id, finding_no)
);

CREATE TABLE history (
	municipality VARCHAR(64) NOT NULL,
	source_system VARCHAR(64) NOT NULL,
	source_id VARCHAR(128) NOT NULL,
	question_no INTEGER NOT NULL,
	superseded_by INTEGER NOT NULL,
	version_no INTEGER NOT NULL,
	kind INTEGER,
	appeal_type INTEGER,
	channel INTEGER,
	applicant_kind INTEGER,
	topic_block INTEGER,
	topic_group INTEGER,
	topic INTEGER,
	classifier_code INTEGER,
	department INTEGER,
	territory INTEGER,
	geo_cell INTEGER,
	status INTEGER,
	stage INTEGER,
	result INTEGER,
	lat DOUBLE PRECISION,
	lon DOUBLE PRECISION,
	received_at BIGINT,
	registered_at BIGINT,
	due_at BIGINT,
	extended_until BIGINT,
	postponed_until BIGINT,
	interim_answered_at BIGINT,
	answered_at BIGINT,
	transferred_at BIGINT,
	marks SMALLINT NOT NULL,
	reworks INTEGER,
	satisfaction SMALLINT,
	changed_at BIGINT,
	source_row BIGINT NOT NULL,
	row_hash BIGINT NOT NULL,
	batch_id INTEGER NOT NULL,
	PRIMARY KEY (municipality, source_system, source_id, question_no, superseded_by, version_no)
);

CREATE INDEX history_superseded ON history (municipality, superseded_by);

CREATE TABLE partitions (
	municipality VARCHAR(64) NOT NULL,
	month INTEGER NOT NULL,
	version BIGINT NOT NULL,
	rows BIGINT NOT NULL,
	PRIMARY KEY (municipality, month)
);

CREATE TABLE rejected_rows (
	municipality VARCHAR(64) NOT NULL,
	batch_id INTEGER NOT NULL,
	rejection_no INTEGER NOT NULL,
	file TEXT NOT NULL,
	source_row BIGINT NOT NULL,
	"column" TEXT NOT NULL,
	code VARCHAR(32) NOT NULL,
	value TEXT NOT NULL,
	expected TEXT NOT NULL,
	PRIMARY KEY (municipality, batch_id, rejection_no)
);

CREATE TABLE schema_version (
	version INTEGER NOT NULL,
	migrated_at_utc BIGINT NOT NULL,
	PRIMARY KEY (version)
);

CREATE TABLE terms (
	municipality VARCHAR(64) NOT NULL,
	dimension VARCHAR(32) NOT NULL,
	code INTEGER NOT NULL,
	value TEXT NOT NULL,
	batch_id INTEGER NOT NULL,
	PRIMARY KEY (municipality, dimension, code)
);

CREATE UNIQUE INDEX terms_value ON terms (municipality, dimension, value);
