-- Events that are stored more than once; as a rule none, a few after an outage. Put the name of your stream in, and of the column:
-- OpenObserve joins the names of nested fields with underscores.
SELECT metadata_uid, COUNT(*) AS stored FROM "default" GROUP BY metadata_uid HAVING COUNT(*) > 1
